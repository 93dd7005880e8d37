#include "app/admin/snippet.h"

#include <gtest/gtest.h>

namespace holdfast::app {
namespace {

constexpr const char* kTemplate =
    "<script>\nload(HOLDFAST_FACTS);\nHoldfast(\"boot\", {\"site\": HOLDFAST_SITE});\n</script>\n";

node::Config config(protocol::Deployment deployment) {
  node::Config config;
  config.deployment = deployment;
  config.own_urls = {"https://a"};
  config.peer_urls = {"https://b", "https://b2"};
  if (deployment == protocol::Deployment::kRedundant) std::swap(config.own_urls, config.peer_urls);
  config.moderator_urls = {"https://m"};
  return config;
}

TEST(Snippet, CarriesTheSiteAndEveryAddress) {
  const auto made = make_snippet(kTemplate, "shop", config(protocol::Deployment::kPrimary));
  ASSERT_TRUE(made) << made.error().why;
  EXPECT_EQ(made->html,
            "<script>\nload({\"deployments\":{\"primary\":[\"https://a\"],\"redundant\":"
            "[\"https://b\",\"https://b2\"]},\"moderators\":[\"https://m\"],\"moderatorKeys\":{}});"
            "\nHoldfast(\"boot\", {\"site\": \"shop\"});\n</script>\n");
  EXPECT_EQ(made->script_sources, "https://a https://b https://b2");
  EXPECT_EQ(made->connect_sources,
            "https://a wss://a https://b wss://b https://b2 wss://b2 https://m");
}

TEST(Snippet, IsTheSameFromBothDeployments) {
  const auto primary = make_snippet(kTemplate, "shop", config(protocol::Deployment::kPrimary));
  const auto redundant = make_snippet(kTemplate, "shop", config(protocol::Deployment::kRedundant));
  ASSERT_TRUE(primary && redundant);
  EXPECT_EQ(primary->html, redundant->html);
  EXPECT_EQ(primary->hash, redundant->hash);
}

TEST(Snippet, CannotBeEndedEarlyByWhatItCarries) {
  auto hostile = config(protocol::Deployment::kPrimary);
  hostile.moderator_urls = {"https://m/</script><b>"};
  const auto made = make_snippet(kTemplate, "shop", hostile);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->html.find("</script>"), made->html.rfind("</script>"));
  EXPECT_FALSE(made->html.contains("<b>"));
}

TEST(Snippet, NamesWhatIsWrong) {
  const auto config = app::config(protocol::Deployment::kPrimary);
  const auto no_site = make_snippet(kTemplate, "No Site", config);
  ASSERT_FALSE(no_site);
  EXPECT_TRUE(no_site.error().why.contains("\"No Site\""));
  const auto no_template = make_snippet("<script></script>", "shop", config);
  ASSERT_FALSE(no_template);
  EXPECT_TRUE(no_template.error().why.contains("template"));
}

}  // namespace
}  // namespace holdfast::app
