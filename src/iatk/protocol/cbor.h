// CBOR (RFC 8949), as much of it as smithy-rpc-v2-cbor uses, which is nearly all.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "iatk/base/result.h"
#include "iatk/json/value.h"
#include "iatk/model/shape.h"

namespace iatk::protocol {

/// Appends data items.
class CborWriter {
 public:
  explicit CborWriter(std::string* out) : out_(*out) {}

  void Map(std::uint64_t size) { Head(5, size); }
  void Array(std::uint64_t size) { Head(4, size); }
  /// Closed by End().
  void OpenMap() { out_ += '\xbf'; }
  void End() { out_ += '\xff'; }
  void Text(std::string_view text);
  void Bytes(std::string_view bytes);
  void Integer(std::int64_t value);
  /// As a 4-byte float where that loses nothing.
  void Float(double value);
  void Boolean(bool value) { out_ += value ? '\xf5' : '\xf4'; }
  void Null() { out_ += '\xf6'; }
  void Tag(std::uint64_t tag) { Head(6, tag); }

 private:
  void Head(unsigned major, std::uint64_t argument);
  void BigEndian(std::uint64_t value, int bytes);
  std::string& out_;
};

/// Reads data items one after the other. All functions fail with `SerializationException` for what
/// isn't CBOR or isn't of the kind asked for.
class CborReader {
 public:
  enum class Kind : std::uint8_t { kInteger, kBytes, kText, kArray, kMap, kTag, kSimple, kFloat };

  explicit CborReader(std::string_view bytes) : rest_(bytes) {}

  bool AtEnd() const { return rest_.empty(); }
  Result<Kind> Peek() const;
  /// Whether the next item is null or undefined; takes it if so.
  bool TakeNull();

  /// The number of items, or nullopt if they go on until TakeBreak.
  Result<std::optional<std::uint64_t>> OpenArray() { return Open(4); }
  Result<std::optional<std::uint64_t>> OpenMap() { return Open(5); }
  bool TakeBreak();

  Result<std::int64_t> Integer();
  Result<double> Number();  ///< a float of any size, or an integer
  Result<bool> Boolean();
  Result<std::string> Text();
  Result<std::string> Bytes() { return String(2); }
  Result<std::uint64_t> Tag();
  /// Passes over one item with all in it.
  Result<void> Skip(int depth = 0);
  /// One item as JSON: bytes in base64, tags dropped.
  Result<json::Value> Json(int depth = 0);

 private:
  struct Head {
    unsigned major;
    unsigned info;
    std::uint64_t argument;
  };
  Result<Head> TakeHead();
  Result<std::optional<std::uint64_t>> Open(unsigned major);
  Result<std::string> String(unsigned major);

  std::string_view rest_;
};

/// Modelled structs in CBOR.
void WriteCbor(const model::Shape& shape, const void* object, std::string* out);
/// `skip_null_elements` as in JsonForm.
Result<void> ReadCbor(const model::Shape& shape, std::string_view bytes, bool skip_null_elements,
                      void* object);
/// What `value` is in CBOR, without a model.
void WriteJsonAsCbor(const json::Value& value, CborWriter* writer);

}  // namespace iatk::protocol
