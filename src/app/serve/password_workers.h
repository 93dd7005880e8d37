// Threads that compute Argon2id, so that nobody else waits a tenth of a second for somebody's
// sign-in.
#pragma once

#include <functional>
#include <thread>
#include <variant>
#include <vector>

#include "base/bounded_queue.h"
#include "node/node.h"

namespace holdfast::app {

class PasswordWorkers {
 public:
  using Answer = std::function<void(node::Input)>;

  explicit PasswordWorkers(std::size_t threads);
  ~PasswordWorkers();  // answers what was asked

  // Answered once with PasswordChecked, on a worker's thread; at once with `false` when too many
  // wait.
  void check(node::CheckPassword effect, Answer answer);
  // Answered once with PasswordHashed; at once without a hash when too many wait.
  void hash(node::HashPassword effect, Answer answer);

 private:
  struct Job {
    std::variant<node::CheckPassword, node::HashPassword> effect;
    Answer answer;
  };
  void work();

  BoundedQueue<Job> jobs_;
  std::vector<std::thread> threads_;
};

}  // namespace holdfast::app
