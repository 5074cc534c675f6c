#include "iatk/lang/event_pattern/field_index.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

namespace iatk::event_pattern {
namespace {

// The first byte of an IPv4 address among the 16.
constexpr std::size_t kFirstV4 = 12;

constexpr std::size_t kBlockKeySize = 18;

// The kind and size of a block, and its leading bits; the others are 0. An IPv4 block holds IPv6
// addresses too: those that begin with its bits.
std::string_view WriteBlockKey(const Address& address, bool v4, int bits, bool whole,
                               std::array<char, kBlockKeySize>* key) {
  key->fill(0);
  (*key)[0] = v4 ? '4' : '6';
  (*key)[1] = static_cast<char>(whole ? 255 : bits);
  const std::size_t first = v4 && address.v4 ? kFirstV4 : 0;
  int left = whole ? (address.v4 ? 32 : 128) : bits;
  for (std::size_t i = 0; left > 0; ++i, left -= 8) {
    const int mask = left >= 8 ? 0xFF : 0xFF << (8 - left) & 0xFF;
    (*key)[2 + i] = static_cast<char>(address.bytes[first + i] & mask);
  }
  return {key->data(), key->size()};
}

}  // namespace

std::string FieldIndex::BlockKey(const Address& address, bool v4, int bits) {
  std::array<char, kBlockKeySize> key{};
  return std::string(WriteBlockKey(address, v4, bits, bits == kWhole, &key));
}

std::string_view FieldIndex::NumberKey(const Decimal& number, char* buffer) {
  std::memcpy(buffer, &number.digits, sizeof(number.digits));
  std::memcpy(buffer + sizeof(number.digits), &number.magnitude, sizeof(number.magnitude));
  return {buffer, sizeof(number.digits) + sizeof(number.magnitude)};
}

void FieldIndex::Add(const Test& test, Slot slot) { Change(test, slot, true); }
void FieldIndex::Remove(const Test& test, Slot slot) { Change(test, slot, false); }

void FieldIndex::Change(const Test& test, Slot slot, bool add) {
  const auto forms = [&](Automaton::Form form) {
    for (const Scalar& value : test.values) ChangeForm(value.text, form, slot, add);
  };
  switch (test.op) {
    case Op::kEquals:
    case Op::kAnythingBut:
      for (const Scalar& value : test.values) ChangeScalar(value, slot, add);
      break;
    case Op::kEqualsIgnoreCase:
    case Op::kAnythingButIgnoreCase:
      forms({.ignore_case = true});
      break;
    case Op::kPrefix:
    case Op::kAnythingButPrefix:
      forms({.any_after = true});
      break;
    case Op::kPrefixIgnoreCase:
      forms({.any_after = true, .ignore_case = true});
      break;
    case Op::kSuffix:
    case Op::kAnythingButSuffix:
      forms({.any_before = true});
      break;
    case Op::kSuffixIgnoreCase:
      forms({.any_before = true, .ignore_case = true});
      break;
    case Op::kWildcard:
    case Op::kAnythingButWildcard:
      forms({.stars = true});
      break;
    case Op::kNumeric:
      if (add) {
        ranges_.Add(test.range, slot);
      } else {
        ranges_.Remove(test.range, slot);
      }
      break;
    case Op::kCidr:
      ChangeBlock(test.cidr.base, test.cidr.bits, slot, add);
      break;
    case Op::kExists:
    case Op::kNotExists:
      break;
  }
}

void FieldIndex::ChangeScalar(const Scalar& scalar, Slot slot, bool add) {
  const auto change = [&](SlotTable& table, std::string_view key) {
    if (add) {
      table.Add(key, slot, &lists_);
    } else {
      table.Remove(key, slot, &lists_);
    }
  };
  const auto change_head = [&](std::uint32_t* head) {
    if (add) {
      lists_.Add(head, slot);
    } else {
      lists_.Remove(head, slot);
    }
  };
  switch (scalar.kind) {
    case ValueKind::kString:
      if (const std::optional<Address> address = ParseAddress(scalar.text)) {
        ChangeBlock(*address, kWhole, slot, add);
      } else {
        change(strings_, scalar.text);
      }
      break;
    case ValueKind::kNumber: {
      char buffer[16];
      if (scalar.number) {
        change(numbers_, NumberKey(DecimalOf(*scalar.number), buffer));
      } else {
        change(number_texts_, scalar.text);
      }
      break;
    }
    case ValueKind::kTrue:
      change_head(&true_);
      break;
    case ValueKind::kFalse:
      change_head(&false_);
      break;
    case ValueKind::kNull:
      change_head(&null_);
      break;
  }
}

void FieldIndex::ChangeBlock(const Address& address, int bits, Slot slot, bool add) {
  const std::string key = BlockKey(address, address.v4, bits);
  auto size = std::ranges::find_if(
      block_sizes_, [&](const BlockSize& one) { return one.v4 == address.v4 && one.bits == bits; });
  if (add) {
    blocks_.Add(key, slot, &lists_);
    if (size == block_sizes_.end()) size = block_sizes_.insert(size, {address.v4, bits, 0});
    ++size->count;
    return;
  }
  blocks_.Remove(key, slot, &lists_);
  if (size != block_sizes_.end() && --size->count == 0) block_sizes_.erase(size);
}

void FieldIndex::ChangeForm(std::string_view text, Automaton::Form form, Slot slot, bool add) {
  if (add) {
    forms_.push_back({std::string(text), form, slot, automaton_.Add(text, form, slot)});
    return;
  }
  const auto found = std::ranges::find_if(forms_, [&](const FormPattern& one) {
    return one.slot == slot && one.text == text && one.form == form;
  });
  if (found == forms_.end()) return;
  automaton_.Remove(found->place, slot);
  *found = std::move(forms_.back());
  forms_.pop_back();
  // The places of removed patterns stay until they are more than the others.
  if (automaton_.removed() <= forms_.size() + 64) return;
  automaton_.Clear();
  for (FormPattern& one : forms_) one.place = automaton_.Add(one.text, one.form, one.slot);
}

std::size_t FieldIndex::Bytes() const {
  std::size_t bytes = sizeof(*this) + lists_.Bytes() + strings_.Bytes() + numbers_.Bytes() +
                      number_texts_.Bytes() + blocks_.Bytes() + ranges_.Bytes() +
                      automaton_.Bytes() + forms_.capacity() * sizeof(FormPattern) +
                      block_sizes_.capacity() * sizeof(BlockSize);
  for (const FormPattern& form : forms_) {
    if (form.text.capacity() > 15) bytes += form.text.capacity() + 1;
  }
  return bytes;
}

void FieldReader::FindBlocks(const FieldIndex& index, std::string_view value) {
  heads_.clear();
  const std::optional<Address> address = ParseAddress(value);
  if (!address) return;
  std::array<char, kBlockKeySize> key{};
  for (const FieldIndex::BlockSize& size : index.block_sizes_) {
    const bool whole = size.bits == FieldIndex::kWhole;
    // An IPv6 block holds no IPv4 address, and an address equals none of the other kind.
    if (size.v4 != address->v4 && (whole || address->v4)) continue;
    const std::uint32_t head =
        index.blocks_.Find(WriteBlockKey(*address, size.v4, size.bits, whole, &key));
    if (head != SlotLists::kEmpty) heads_.push_back(head);
  }
}

}  // namespace iatk::event_pattern
