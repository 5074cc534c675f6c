// Service models made while a test runs, from botocore's JSON form: tables like those that codegen
// writes, over structs that keep their values by member. For test vectors with shapes of their own.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "iatk/json/value.h"
#include "iatk/model/shape.h"

namespace iatk::protocol::testing {

/// A value of what a shape describes, of the C++ type that shape.h names, but for lists, maps and
/// structures, which are DynamicList, DynamicMap and DynamicStruct.
using DynamicPointer = std::shared_ptr<void>;
DynamicPointer NewValue(const model::Shape& shape);

struct DynamicList {
  const model::Shape* shape;
  std::vector<DynamicPointer> elements;
};
struct DynamicMap {
  const model::Shape* shape;
  std::map<std::string, DynamicPointer> entries;
};
struct DynamicStruct {
  std::vector<DynamicPointer> fields;
};

/// Puts a parameter of a test vector into `object`: blobs are plain text there, timestamps seconds
/// since the epoch, nulls are absent.
void FillValue(const model::Shape& shape, const json::Value& value, void* object);
/// The reverse: two objects are equal if this is.
json::Value DumpValue(const model::Shape& shape, const void* object);

class DynamicModel {
 public:
  /// `suite` has "metadata", "shapes" and "cases"; it must outlive the model.
  explicit DynamicModel(const json::Value& suite);
  DynamicModel(const DynamicModel&) = delete;
  DynamicModel& operator=(const DynamicModel&) = delete;

  const model::Service& service() const { return service_; }
  const model::Operation& Operation(std::string_view name) const;

 private:
  const model::Shape* ShapeNamed(std::string_view name);
  void AddOperation(const json::Value& given);

  const json::Value* shapes_;
  model::Service service_;
  std::vector<model::Operation> operations_;
  std::map<std::string, model::Shape, std::less<>> made_;
  std::deque<std::vector<model::Member>> members_;
  std::deque<model::ErrorTraits> errors_;
  std::deque<std::vector<const model::Shape*>> error_lists_;
};

}  // namespace iatk::protocol::testing
