// A file descriptor and its readiness. Loop thread.
#pragma once

#include <memory>

#include "net/loop.h"

namespace holdfast::net {

// Told once per wait(). It is kept alive while a wait is pending; close() ends all waits without
// telling.
class ReadyListener {
 public:
  virtual ~ReadyListener() = default;
  virtual void on_readable() = 0;
  virtual void on_writable() = 0;
};

class Descriptor {
 public:
  // Takes `fd` over and makes it non-blocking.
  Descriptor(Loop& loop, int fd);
  ~Descriptor();
  Descriptor(Descriptor&&) noexcept;
  Descriptor& operator=(Descriptor&&) noexcept;

  int fd() const;
  bool is_open() const;

  void wait_readable(std::shared_ptr<ReadyListener> listener);
  void wait_writable(std::shared_ptr<ReadyListener> listener);
  void close();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace holdfast::net
