// The name of the calling thread as the machine shows it (top -H, perf, holdfast-bench): what it
// does, in at most 15 characters.
#pragma once

#include <sys/prctl.h>

namespace holdfast {

inline void name_thread(const char* name) {
  prctl(PR_SET_NAME, name);
}

}  // namespace holdfast
