// What a harness defines. main.cc calls it: once for each input, with failed checks of every kind
// ending the process, which is how libFuzzer hears of them.
#pragma once

#include <string>
#include <vector>

#include "fuzz/input.h"

namespace holdfast::fuzz {

// Feeds one input to the target and CHECKs what must hold whatever the input was.
void run(Input& input);

// What to begin with: a few inputs that reach far into the target.
std::vector<std::string> seeds();

}  // namespace holdfast::fuzz
