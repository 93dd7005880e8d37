// A real installation for one run: what `holdfast init` makes in a temporary folder, its programs
// as processes on addresses of 127/8, its sites and operators. Everything ends with it.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/config/serve_config.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "bench/process.h"
#include "bench/scratch.h"
#include "bench/socket.h"
#include "protocol/ids.h"

namespace holdfast::bench {

// What a deployment holds, as /v1/admin/holds says it.
struct HeldInterval {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::string before;
  std::string after;
  friend bool operator==(const HeldInterval&, const HeldInterval&) = default;
};
using Holdings = std::map<std::string, std::vector<HeldInterval>>;  // by origin
std::uint64_t count_of(const Holdings& holdings);
bool holds_all(const Holdings& held, const Holdings& wanted);

struct InstallationOptions {
  std::filesystem::path program;  // the `holdfast` to measure
  std::filesystem::path scratch;  // where the temporary folder is made: the disk matters
  std::optional<int> cpu;         // the only processor of the deployments' nodes
  bool behind_cables = false;     // Primary is reached, and reaches others, through cables
  std::uint32_t heartbeat_ms = 5'000;
};

// Where the programs listen and where they are reached: different only behind cables.
struct Places {
  Place primary{"127.0.1.1", 0};
  Place redundant{"127.0.2.1", 0};
  Place moderator{"127.0.3.1", 0};
  Place primary_reached{"127.0.1.1", 0};    // by clients, peer and Moderator
  Place redundant_reached{"127.0.2.1", 0};  // by Primary
};

struct Site {
  protocol::SiteId id;
  std::vector<std::string> operators;
};

class Installation {
 public:
  static Result<std::unique_ptr<Installation>> make(const InstallationOptions& options,
                                                    Clock& clock, Random& random);
  ~Installation();

  // The process; it answers /readyz when this returns, with `wait`.
  Result<void> start(protocol::Deployment deployment, bool wait = true);
  Result<void> wait_ready(protocol::Deployment deployment);
  Result<void> start_moderator();
  // Nobody answers any more; the journal stays.
  void kill(protocol::Deployment deployment) { process(deployment).kill(); }
  Result<void> stop(protocol::Deployment deployment) {
    return process(deployment).stop(seconds(30));
  }
  Process& process(protocol::Deployment deployment);

  // Sites with operators, written at Primary.
  Result<void> add(const std::vector<Site>& sites);

  // `holdfast ARGUMENTS…`, to its end.
  Result<std::string> command(const std::vector<std::string>& arguments);
  Result<std::string> get(protocol::Deployment deployment, const std::string& target);
  Result<Holdings> holdings(protocol::Deployment deployment);
  // Until both deployments hold the same. Blocks: for when nobody is talking.
  Result<void> wait_same(Span patience);

  std::filesystem::path config(const std::string& name) const { return home_ / (name + ".toml"); }
  const Places& places() const { return places_; }
  const protocol::Keys& keys() const { return config_->node.keys; }
  static std::string site_origin() { return "https://shop.example"; }
  std::string console_origin() const { return places_.primary_reached.url(); }

 private:
  Installation(InstallationOptions options, Clock& clock, Random& random)
      : options_(std::move(options)), clock_(clock), random_(random) {}
  Result<void> init();
  Result<void> edit(protocol::Deployment deployment);
  const Place& listens(protocol::Deployment deployment) const;

  const InstallationOptions options_;
  Clock& clock_;
  Random& random_;
  std::optional<Scratch> scratch_;
  std::filesystem::path dir_;
  std::filesystem::path home_;
  Places places_;
  std::optional<app::ServeConfig> config_;  // Primary's
  std::optional<Process> primary_;
  std::optional<Process> redundant_;
  std::optional<Process> moderator_;
  int commands_ = 0;
};

}  // namespace holdfast::bench
