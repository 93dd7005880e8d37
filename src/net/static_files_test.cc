#include "net/static_files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace holdfast::net {
namespace {

namespace fs = std::filesystem;

class StaticFilesTest : public testing::Test {
 protected:
  StaticFilesTest()
      : base_(fs::path(testing::TempDir()) / ("static-" + std::to_string(::getpid()))) {
    fs::create_directories(base_ / "root/console");
    fs::create_directories(base_ / "root/assets");
    write("secret", "s");
    write("root/.hidden", "s");
    write("root/index.html", "<p>start</p>");
    write("root/console/index.html", "<p>console</p>");
    write("root/widget.js", "1");
    write("root/assets/a-12345678.js", "2");
  }
  ~StaticFilesTest() override { fs::remove_all(base_); }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(base_ / name) << text;
  }

  HttpResponse get(const std::string& target, const std::string& etag = "") {
    HttpRequest request;
    request.method = "GET";
    request.target = target;
    if (!etag.empty()) request.headers.add("If-None-Match", etag);
    return files_.respond(request);
  }

  fs::path base_;
  StaticFiles files_{{(base_ / "root").string(), "default-src 'self'"}};
};

TEST_F(StaticFilesTest, ServeFilesWithTheirType) {
  const auto page = get("/");
  EXPECT_EQ(page.body, "<p>start</p>");
  EXPECT_EQ(page.headers.get("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(page.headers.get("Content-Security-Policy"), "default-src 'self'");
  EXPECT_EQ(page.headers.get("Cache-Control"), "no-cache");
  const auto script = get("/widget.js?v=2");
  EXPECT_EQ(script.headers.get("Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(script.headers.get("Service-Worker-Allowed"), "/");
  EXPECT_EQ(get("/assets/a-12345678.js").headers.get("Cache-Control"),
            "public, max-age=31536000, immutable");
}

TEST_F(StaticFilesTest, SendAFolderToItsSlash) {
  EXPECT_EQ(get("/console").status, 301);
  EXPECT_EQ(get("/console").headers.get("Location"), "/console/");
  EXPECT_EQ(get("/console/").body, "<p>console</p>");
}

TEST_F(StaticFilesTest, LetNoPathLeaveTheRoot) {
  for (const auto* target : {"/../secret", "/%2e%2e/secret", "/console/../../secret",
                             "/..%2fsecret", "/.hidden", "//etc/passwd", "/console//index.html",
                             "/%00", "/%zz", "/%2", "/a\\..\\secret", "secret", "*"}) {
    EXPECT_EQ(get(target).status, 404) << target;
  }
}

TEST_F(StaticFilesTest, AnswerAKnownEtagWithoutABody) {
  const auto etag = std::string(get("/widget.js").headers.get("ETag"));
  ASSERT_FALSE(etag.empty());
  EXPECT_EQ(get("/widget.js", etag).status, 304);
  EXPECT_EQ(get("/widget.js", etag).body, "");
}

TEST_F(StaticFilesTest, SeeAFileThatChanged) {
  const auto before = std::string(get("/widget.js").headers.get("ETag"));
  write("root/widget.js", "another");
  EXPECT_EQ(get("/widget.js", before).body, "another");
}

TEST_F(StaticFilesTest, OnlyReads) {
  HttpRequest request;
  request.method = "POST";
  request.target = "/widget.js";
  EXPECT_EQ(files_.respond(request).status, 405);
}

}  // namespace
}  // namespace holdfast::net
