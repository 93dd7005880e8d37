// Random sets of events of one chat, as nasty as a well formed set can be: what is named in `after`
// is missing, of another chat or of another audience; times are equal; ids are taken twice; events
// have many acceptances or none; both deployments decide at once, replace, close and cover; bodies
// are erased; kinds, audiences and fields come from the future.
#pragma once

#include <vector>

#include "base/random.h"
#include "protocol/event.h"

namespace holdfast::fold {

// Same state of `random`, same set.
std::vector<protocol::Event> random_set(Random& random);

}  // namespace holdfast::fold
