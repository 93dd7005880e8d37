#include "base/html.h"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

TEST(HtmlEscaped, NoTextBecomesAnElementOrAnAttribute) {
  EXPECT_EQ(html_escaped("<b title=\"x\">&amp;</b>"),
            "&lt;b title=&quot;x&quot;&gt;&amp;amp;&lt;/b&gt;");
}

TEST(HtmlEscaped, LeavesEverythingElse) {
  EXPECT_EQ(html_escaped("Käse\nund 'Brot'"), "Käse\nund 'Brot'");
}

}  // namespace
}  // namespace holdfast
