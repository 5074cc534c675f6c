// Where the answer to a call goes.
#pragma once

namespace iatk::client {

/// An object of a generated type, not owned.
struct Output {
  void* object = nullptr;
  /// Makes the object as new: what could not be read to its end may have filled a part of it.
  void (*clear)(void* object) = nullptr;

  template <class T>
  static Output To(T* object) {
    return {object, [](void* filled) { *static_cast<T*>(filled) = T(); }};
  }
};

}  // namespace iatk::client
