// `holdfast site …` and `holdfast operator …`: settings writes to a running deployment.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/admin/deployment_client.h"
#include "app/admin/settings_write.h"
#include "base/random.h"

namespace holdfast::app {

// The registers of a deployment, for telling what exists and what a new write replaces.
class SettingsView {
 public:
  static Result<SettingsView> fetch(DeploymentClient& client);

  // The given one; or, when none was given, the only one there is.
  Result<std::string> chosen_site(const std::string& given) const;
  bool has_site(const std::string& site) const;
  bool has_operator(const std::string& site, const std::string& operator_id) const;
  bool has_operators(const std::string& site) const;
  std::vector<protocol::Digest> unreplaced(const std::string& site, const std::string& entity,
                                           const std::string& field) const;

 private:
  struct Register {
    std::string site;
    std::string entity;
    std::string field;
    std::vector<protocol::Digest> unreplaced;
  };
  bool has(const std::string& site, const std::string& entity) const;
  std::vector<Register> registers_;
};

// Each returns the sentence to print. Fails with kNotFound or kConflict where the thing is not, or
// already, there.
Result<std::string> add_site(DeploymentClient& client, Random& random, Clock& clock,
                             const std::string& site, const std::string& name,
                             const std::vector<std::string>& origins);
Result<std::string> set_origins(DeploymentClient& client, Random& random, Clock& clock,
                                const std::string& site, const std::vector<std::string>& origins);
// What becomes of a key that the site has already.
enum class OldKey {
  kKept,      // nothing is replaced: kConflict
  kVerifies,  // for two more days
  kRevoked,   // not any more, at once
};
// A fresh key with which the site's own server vouches for visitors; returned once, told nowhere.
Result<std::string> make_identity_key(DeploymentClient& client, Random& random, Clock& clock,
                                      const std::string& site, OldKey old);
struct NewOperator {
  std::string site;  // empty: the only one there is
  std::string id;    // "ann"
  std::string name;
  // Empty: `operator`, but the first one of a site is its owner: somebody must be able to make the
  // others.
  std::string role;
  std::optional<std::string> password;  // empty: a fresh one, told in the sentence
};
Result<std::string> add_operator(DeploymentClient& client, Random& random, Clock& clock,
                                 NewOperator who);
Result<std::string> set_role(DeploymentClient& client, Random& random, Clock& clock,
                             const std::string& site, const std::string& operator_id,
                             const std::string& role);
// Whoever is not active cannot sign in, and their sessions end.
Result<std::string> set_active(DeploymentClient& client, Random& random, Clock& clock,
                               const std::string& site, const std::string& operator_id,
                               bool active);
// The old password's sessions end too.
Result<std::string> reset_password(DeploymentClient& client, Random& random, Clock& clock,
                                   const std::string& site, const std::string& operator_id,
                                   std::optional<std::string> password);

}  // namespace holdfast::app
