#include "net/static_files.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

#include "net/gzip.h"

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

  HttpResponse get(const std::string& target, const std::string& etag = "",
                   const std::string& encodings = "") {
    HttpRequest request;
    request.method = "GET";
    request.target = target;
    if (!etag.empty()) request.headers.add("If-None-Match", etag);
    if (!encodings.empty()) request.headers.add("Accept-Encoding", encodings);
    return files_.respond(request);
  }

  fs::path base_;
  StaticFiles files_{{(base_ / "root").string(), "default-src 'self'", "widget/"}};
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

TEST_F(StaticFilesTest, LetBrowsersKeepTheScriptsThatMustWorkWhenNobodyAnswers) {
  fs::create_directories(base_ / "root/widget");
  write("root/widget/a.js", "1");
  write("root/widget/a.txt", "1");
  EXPECT_EQ(get("/widget/a.js").headers.get("Cache-Control"),
            "public, max-age=300, stale-while-revalidate=604800, stale-if-error=604800");
  for (const auto* other : {"/widget.js", "/widget/a.txt"})
    EXPECT_EQ(get(other).headers.get("Cache-Control"), "no-cache") << other;
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

std::string gunzipped(const std::string& bytes) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string out(1 << 20, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

TEST_F(StaticFilesTest, AreCompressedForWhoTakesIt) {
  const std::string script(5'000, 'x');
  write("root/widget.js", script);
  const auto plain = get("/widget.js");
  EXPECT_EQ(plain.body, script);
  EXPECT_EQ(plain.headers.get("Content-Encoding"), "");
  EXPECT_EQ(plain.headers.get("Vary"), "Accept-Encoding");
  const auto small = get("/widget.js", "", "br;q=1.0, gzip");
  EXPECT_EQ(small.headers.get("Content-Encoding"), "gzip");
  EXPECT_LT(small.body.size(), 100u);
  EXPECT_EQ(gunzipped(small.body), script);

  const std::string etag(small.headers.get("ETag"));
  EXPECT_NE(etag, plain.headers.get("ETag"));
  EXPECT_EQ(get("/widget.js", etag, "gzip").status, 304);
  EXPECT_EQ(get("/widget.js", etag).body, script) << "another representation";
}

TEST_F(StaticFilesTest, ThatAreTinyOrNoTextGoAsTheyAre) {
  write("root/a.png", std::string(5'000, 'x'));
  for (const auto* target : {"/a.png", "/widget.js"}) {
    const auto response = get(target, "", "gzip");
    EXPECT_EQ(response.headers.get("Content-Encoding"), "") << target;
    EXPECT_EQ(response.headers.get("Vary"), "") << target;
  }
}

TEST(AcceptsGzip, FollowsWhatIsAskedFor) {
  for (const auto* yes :
       {"gzip", "deflate, GZIP", "gzip;q=0.1", "*", "br , gzip ; q=1", "*;q=0, gzip"})
    EXPECT_TRUE(accepts_gzip(yes)) << yes;
  for (const auto* no : {"", "br", "gzip;q=0", "gzip; q=0.000, *", "*;q=0", "gzipped", ",,;"})
    EXPECT_FALSE(accepts_gzip(no)) << no;
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
