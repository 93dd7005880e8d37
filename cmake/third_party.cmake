# Every third-party library that Holdfast links, found once. Link them by these names:
#
#   Threads::Threads  OpenSSL::SSL  OpenSSL::Crypto  holdfast::sodium  SQLite::SQLite3
#   fmt::fmt  spdlog::spdlog  Boost::headers (Asio, Beast, JSON; see src/base/json_impl.cc)
#   CURL::libcurl  CLI11::CLI11  tomlplusplus::tomlplusplus  prometheus-cpp::core  holdfast::zlib
#   GTest::gtest  GTest::gmock  benchmark::benchmark
#   holdfast::libpq  holdfast::nats       only where installed: if(TARGET holdfast::libpq)
#
# Imported targets are SYSTEM, so their headers never trip our warnings.

find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(CURL 7.85 REQUIRED)
find_package(GTest REQUIRED)
find_package(PkgConfig REQUIRED)

pkg_check_modules(sodium REQUIRED IMPORTED_TARGET GLOBAL libsodium)
add_library(holdfast::sodium ALIAS PkgConfig::sodium)
add_library(holdfast::zlib ALIAS ZLIB::ZLIB)

# Wanted only by a deployment of many nodes; the embedded default builds without them.
pkg_check_modules(libpq QUIET IMPORTED_TARGET GLOBAL libpq)
if(TARGET PkgConfig::libpq)
  add_library(holdfast::libpq ALIAS PkgConfig::libpq)
endif()
pkg_check_modules(nats QUIET IMPORTED_TARGET GLOBAL libnats)
if(TARGET PkgConfig::nats)
  add_library(holdfast::nats ALIAS PkgConfig::nats)
endif()

if(HOLDFAST_BENCH)
  find_package(benchmark REQUIRED)
endif()
