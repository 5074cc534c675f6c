// A reply for the C ABI: memory that keeps what it refers to until it is freed.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace iatk::rpc {

class Packed {
 public:
  using Kept = std::vector<std::shared_ptr<const void>>;

  Packed() = default;
  explicit Packed(std::size_t size, Kept kept = {})
      : bytes_(static_cast<char*>(::operator new(sizeof(Kept) + size)) + sizeof(Kept)),
        size_(size) {
    new (bytes_.get() - sizeof(Kept)) Kept(std::move(kept));
  }

  char* data() const { return bytes_.get(); }
  std::size_t size() const { return size_; }

  /// For who gives it to Free.
  char* Release() { return bytes_.release(); }
  static void Free(char* bytes) {
    if (bytes == nullptr) return;
    Kept* const kept = std::launder(reinterpret_cast<Kept*>(bytes - sizeof(Kept)));
    kept->~Kept();
    ::operator delete(kept);
  }

 private:
  struct Delete {
    void operator()(char* bytes) const { Free(bytes); }
  };
  std::unique_ptr<char, Delete> bytes_;
  std::size_t size_ = 0;
};

}  // namespace iatk::rpc
