#include "net/tls.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>

#include "net/http_client.h"
#include "net/http_server.h"
#include "net/testing/loop_thread.h"
#include "net/testing/raw_client.h"

namespace holdfast::net {
namespace {

namespace fs = std::filesystem;

// A self-signed certificate for 127.0.0.1, valid from and to these seconds from now.
void write_certificate(const fs::path& certificate_file, const fs::path& key_file, long from,
                       long to, long serial) {
  EVP_PKEY* const key = EVP_EC_gen("P-256");
  X509* const certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate), from);
  X509_gmtime_adj(X509_getm_notAfter(certificate), to);
  X509_set_pubkey(certificate, key);
  X509_NAME* const name = X509_get_subject_name(certificate);
  const auto text = std::to_string(serial);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(text.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_EXTENSION* const extension =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1");
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
  X509_sign(certificate, key, EVP_sha256());
  FILE* out = std::fopen(certificate_file.c_str(), "w");
  PEM_write_X509(out, certificate);
  std::fclose(out);
  out = std::fopen(key_file.c_str(), "w");
  PEM_write_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(out);
  X509_free(certificate);
  EVP_PKEY_free(key);
}

class TlsTest : public testing::Test {
 protected:
  TlsTest() : folder_(fs::path(testing::TempDir()) / ("tls-" + std::to_string(::getpid()))) {
    fs::create_directories(folder_);
    write_certificate(certificate_, key_, -3'600, 86'400, 1);
  }
  ~TlsTest() override {
    on_.call([&] { server_.reset(); });
    fs::remove_all(folder_);
  }

  Result<SocketAddress> start() {
    return on_.call([&] {
      ServerOptions options;
      options.tls = ServerTls{certificate_, key_};
      server_ = std::make_unique<HttpServer>(
          on_.loop(), options, random_, [](HttpRequest, const Responder& respond) {
            respond(HttpResponse::text(200, std::string(200'000, 'x')));
          });
      return server_->listen(*parse_listen_address("127.0.0.1:0"));
    });
  }

  Result<HttpResponse> get(std::uint16_t port, bool verify, const std::string& ca = "") {
    HttpCall call;
    call.url = *parse_url("https://127.0.0.1:" + std::to_string(port) + "/");
    call.tls = *make_client_context({verify, ca});
    SystemClock clock;
    return http_call_and_wait(clock, call);
  }

  SystemRandom random_;
  LoopThread on_;
  fs::path folder_;
  std::string certificate_ = folder_ / "certificate.pem";
  std::string key_ = folder_ / "key.pem";
  std::unique_ptr<HttpServer> server_;
};

TEST_F(TlsTest, CarriesHttp) {
  const auto at = start();
  ASSERT_TRUE(at) << at.error().why;
  const auto answer = get(at->port(), false);
  ASSERT_TRUE(answer) << answer.error().why;
  EXPECT_EQ(answer->body.size(), 200'000u);
}

TEST_F(TlsTest, IsVerifiedAgainstTheAuthority) {
  const auto at = start();
  EXPECT_TRUE(get(at->port(), true, certificate_));
  const auto unknown = get(at->port(), true);
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().why.find("self-signed"), std::string::npos) << unknown.error().why;
}

TEST_F(TlsTest, UsesTheNewCertificateAfterAReload) {
  const auto at = start();
  const std::string old = folder_ / "old.pem";
  fs::copy_file(certificate_, old);
  write_certificate(certificate_, key_, -3'600, 86'400, 2);
  EXPECT_TRUE(get(at->port(), true, old)) << "not before the reload";
  ASSERT_TRUE(on_.call([&] { return server_->reload_certificate(); }));
  EXPECT_TRUE(get(at->port(), true, certificate_));
  EXPECT_FALSE(get(at->port(), true, old));
}

TEST_F(TlsTest, KeepsTheOldCertificateWhenTheNewOneIsBad) {
  const auto at = start();
  const std::string old = folder_ / "old.pem";
  fs::copy_file(certificate_, old);
  std::ofstream(certificate_) << "not a certificate";
  const auto reloaded = on_.call([&] { return server_->reload_certificate(); });
  ASSERT_FALSE(reloaded);
  EXPECT_NE(reloaded.error().why.find(certificate_), std::string::npos);
  EXPECT_TRUE(get(at->port(), true, old));
}

TEST_F(TlsTest, SaysThatACertificateExpired) {
  write_certificate(certificate_, key_, -86'400, -3'600, 3);
  const auto at = start();
  ASSERT_FALSE(at);
  EXPECT_NE(at.error().why.find("expired on"), std::string::npos) << at.error().why;
}

TEST_F(TlsTest, SaysThatACertificateIsNotYetValid) {
  write_certificate(certificate_, key_, 3'600, 86'400, 3);
  const auto at = start();
  ASSERT_FALSE(at);
  EXPECT_NE(at.error().why.find("not valid before"), std::string::npos) << at.error().why;
}

TEST_F(TlsTest, SaysThatACertificateOfTheChainExpired) {
  write_certificate(folder_ / "authority.pem", folder_ / "authority.key", -86'400, -3'600, 7);
  std::ofstream(certificate_, std::ios::app) << std::ifstream(folder_ / "authority.pem").rdbuf();
  const auto at = start();
  ASSERT_FALSE(at);
  EXPECT_NE(at.error().why.find(certificate_ + " expired on"), std::string::npos) << at.error().why;
}

TEST_F(TlsTest, TellsUntilWhenTheFirstOfTheChainIsValid) {
  write_certificate(folder_ / "authority.pem", folder_ / "authority.key", -86'400, 7'200, 7);
  std::ofstream(certificate_, std::ios::app) << std::ifstream(folder_ / "authority.pem").rdbuf();
  ASSERT_TRUE(start());
  const auto shown = on_.call([&] { return server_->certificate(); });
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->file, certificate_);
  const Ms left = shown->expires - SystemClock().now().wall;
  EXPECT_GT(left, Ms(7'000'000));
  EXPECT_LE(left, Ms(7'200'000));
}

TEST_F(TlsTest, TellsACallerUntilWhenTheOtherEndsCertificateIsValid) {
  const auto at = start();
  HttpCall call;
  call.url = *parse_url("https://127.0.0.1:" + std::to_string(at->port()) + "/");
  call.tls = *make_client_context({false, ""});
  std::optional<WallMs> expires;
  call.on_certificate = [&](WallMs when) { expires = when; };
  SystemClock clock;
  ASSERT_TRUE(http_call_and_wait(clock, call));
  ASSERT_TRUE(expires);
  EXPECT_EQ(*expires, on_.call([&] { return server_->certificate(); })->expires);
}

TEST_F(TlsTest, SaysThatTheKeyIsAnother) {
  write_certificate(folder_ / "other.pem", key_, -3'600, 86'400, 4);
  const auto at = start();
  ASSERT_FALSE(at);
  EXPECT_NE(at.error().why.find("cannot be used with the certificate"), std::string::npos)
      << at.error().why;
}

TEST_F(TlsTest, IsNotDisturbedByPlainHttp) {
  const auto at = start();
  RawClient client("127.0.0.1", at->port());
  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.read_all().find("200 OK"), std::string::npos);
  EXPECT_TRUE(get(at->port(), false));
}

}  // namespace
}  // namespace holdfast::net
