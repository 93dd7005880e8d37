// The switch of sim/run_mutants: which one of the mutants that are compiled in is on. Copied into
// the mutated tree as src/mutant.h; no other build sees it.
//
// HOLDFAST_MUTANT=17 in the environment turns mutant 17 on; without it the code is the product's
// own. What is computed at compile time is never mutated.
#pragma once

#include <cstdlib>
#include <type_traits>

namespace holdfast::mutants {

inline const int active = [] {
  const char* const id = std::getenv("HOLDFAST_MUTANT");
  return id == nullptr ? 0 : std::atoi(id);
}();

constexpr bool on(int id) {
  return !std::is_constant_evaluated() && active == id;
}

// Comparisons that are off by one. Operands arrive with their own types, as they would at an
// operator.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-compare"
template <class A, class B>
constexpr bool less(int id, const A& a, const B& b) {
  return on(id) ? a <= b : a < b;
}
template <class A, class B>
constexpr bool less_equal(int id, const A& a, const B& b) {
  return on(id) ? a < b : a <= b;
}
template <class A, class B>
constexpr bool greater(int id, const A& a, const B& b) {
  return on(id) ? a >= b : a > b;
}
template <class A, class B>
constexpr bool greater_equal(int id, const A& a, const B& b) {
  return on(id) ? a > b : a >= b;
}
#pragma GCC diagnostic pop

}  // namespace holdfast::mutants
