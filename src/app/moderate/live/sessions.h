// Who is signed in to the operator view of the status page.
//
// The moderator knows no passwords; whoever has its admin key may do everything anyway. So the
// holder of the key asks for a code (`holdfast status --open`), which signs in one browser once
// within five minutes, in one role. The code is typed into a form: nothing secret stands in an
// address, where histories, logs and referrers would keep it. In memory alone: a restart signs
// everybody out. Loop thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"

namespace holdfast::app {

enum class LiveRole { kView, kOperate };
std::string_view name_of(LiveRole role);  // "view", "operate"
std::optional<LiveRole> live_role_named(std::string_view name);

inline constexpr Ms kCodeLasts{300'000};
inline constexpr Ms kSessionLasts{8 * 3'600'000};

struct LiveSession {
  LiveRole role;
  std::string by;          // stands behind its orders
  std::string form_token;  // in each of its forms: another site's form has none
  std::string told;        // the answer to its last order, shown once
};

class LiveSessions {
 public:
  explicit LiveSessions(Random& random) : random_(random) {}

  // "ABCD-EFGH-JKLM": sixty random bits. The oldest lapse when more than 16 wait.
  std::string make_code(LiveRole role, std::string by, MonoMs now);
  // The token of a new session for its cookie; empty when the code is none, was used, or has
  // lapsed. Hyphens, spaces and case do not matter.
  std::optional<std::string> sign_in(std::string_view code, MonoMs now);
  // Null: not signed in. Until the next call that is not const.
  LiveSession* find(std::string_view token, MonoMs now);
  void sign_out(std::string_view token);

 private:
  template <class Value>
  struct Until {
    Value value;
    MonoMs ends;
  };
  struct Offer {
    LiveRole role;
    std::string by;
  };

  std::string secret();
  void forget_old(MonoMs now);

  Random& random_;
  std::map<std::string, Until<Offer>, std::less<>> codes_;
  // By the hash of the token: what stands in memory, or in a core dump, signs nobody in.
  std::map<std::string, Until<LiveSession>, std::less<>> sessions_;
};

}  // namespace holdfast::app
