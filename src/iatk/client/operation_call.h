// A call of an operation, and where its answer goes.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "iatk/base/result.h"
#include "iatk/model/shape.h"

namespace iatk::client {

/// An object that is not owned.
struct Output {
  void* object = nullptr;
  /// Makes the object as new: what could not be read to its end may have filled a part of it.
  void (*clear)(void* object) = nullptr;
  /// Reads the body of an answer that tells no error, and may keep it; none: the object is of the
  /// operation's generated type, and read as its model says.
  std::function<Result<void>(std::string body)> read;

  template <class T>
  static Output To(T* object) {
    return {object, [](void* filled) { *static_cast<T*>(filled) = T(); }, {}};
  }
  template <class T>
  static Output To(T* object, Result<void> (*read)(std::string body, T* object)) {
    Output output = To(object);
    output.read = [object, read](std::string body) { return read(std::move(body), object); };
    return output;
  }
};

/// Of objects that are not owned.
struct OperationCall {
  const model::Operation* operation = nullptr;
  const void* input = nullptr;
  Output output;

  template <class Op>
  static OperationCall Of(const typename Op::Input& input, typename Op::Output* output) {
    return {&Op::Table(), &input, Output::To(output)};
  }
};

}  // namespace iatk::client
