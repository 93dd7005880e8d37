// One case for each alternative of a variant:
//
//   std::visit(Match{[](const Send& send) {...}, [](const Close& close) {...}}, effect);
#pragma once

namespace holdfast {

template <class... Cases>
struct Match : Cases... {
  using Cases::operator()...;
};

}  // namespace holdfast
