#include "net/descriptor.h"

#include <fcntl.h>
#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include "net/loop_impl.h"

namespace holdfast::net {

struct Descriptor::Impl {
  Impl(Loop& loop, int fd) : stream(loop.impl().context, fd) {}
  boost::asio::posix::basic_stream_descriptor<Executor> stream;
};

Descriptor::Descriptor(Loop& loop, int fd) {
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL, 0) | O_NONBLOCK);
  impl_ = std::make_unique<Impl>(loop, fd);
}

Descriptor::~Descriptor() = default;
Descriptor::Descriptor(Descriptor&&) noexcept = default;
Descriptor& Descriptor::operator=(Descriptor&&) noexcept = default;

int Descriptor::fd() const {
  return impl_->stream.native_handle();
}

bool Descriptor::is_open() const {
  return impl_->stream.is_open();
}

void Descriptor::wait_readable(std::shared_ptr<ReadyListener> listener) {
  impl_->stream.async_wait(
      boost::asio::posix::descriptor_base::wait_read,
      [listener = std::move(listener)](const boost::system::error_code& error) {
        if (!error) listener->on_readable();
      });
}

void Descriptor::wait_writable(std::shared_ptr<ReadyListener> listener) {
  impl_->stream.async_wait(
      boost::asio::posix::descriptor_base::wait_write,
      [listener = std::move(listener)](const boost::system::error_code& error) {
        if (!error) listener->on_writable();
      });
}

void Descriptor::close() {
  boost::system::error_code ignored;
  impl_->stream.close(ignored);
}

}  // namespace holdfast::net
