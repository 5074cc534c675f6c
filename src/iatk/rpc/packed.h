// A reply for the C ABI, in memory that it hands on as it is.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>

namespace iatk::rpc {

/// Memory of malloc's.
class Packed {
 public:
  Packed() = default;
  explicit Packed(std::size_t size) : bytes_(static_cast<char*>(std::malloc(size))), size_(size) {
    if (!bytes_) throw std::bad_alloc();
  }

  char* data() const { return bytes_.get(); }
  std::size_t size() const { return size_; }
  /// For who frees it.
  char* Release() { return bytes_.release(); }

 private:
  struct Free {
    void operator()(char* bytes) const { std::free(bytes); }
  };
  std::unique_ptr<char, Free> bytes_;
  std::size_t size_ = 0;
};

}  // namespace iatk::rpc
