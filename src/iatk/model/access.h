// How tables reach into generated structs: the functions that Member, ListAccess and MapAccess of
// shape.h point to. Included by generated code.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "iatk/model/boxed.h"
#include "iatk/model/shape.h"

namespace iatk::model {

template <class Struct, class Field>
Struct StructOf(Field Struct::*);

/// `Field` is a pointer to a struct's member, a std::optional or a Boxed.
template <auto Field>
const void* Get(const Member&, const void* object) {
  const auto& field = static_cast<const decltype(StructOf(Field))*>(object)->*Field;
  return field.has_value() ? &*field : nullptr;
}

template <auto Field>
void* Make(const Member&, void* object) {
  auto& field = static_cast<decltype(StructOf(Field))*>(object)->*Field;
  if (!field.has_value()) field.emplace();
  return &*field;
}

template <class T>
inline constexpr ListAccess kListAccess = {
    .size = [](const void* list) { return static_cast<const std::vector<T>*>(list)->size(); },
    .at = [](const void* list, std::size_t index) -> const void* {
      return &(*static_cast<const std::vector<T>*>(list))[index];
    },
    .append = [](void* list) -> void* {
      return &static_cast<std::vector<T>*>(list)->emplace_back();
    },
};

template <class T>
inline constexpr MapAccess kMapAccess = {
    .size =
        [](const void* map) { return static_cast<const std::map<std::string, T>*>(map)->size(); },
    .each =
        [](const void* map, void* closure,
           void (*visit)(void* closure, std::string_view key, const void* value)) {
          for (const auto& [key, value] : *static_cast<const std::map<std::string, T>*>(map)) {
            visit(closure, key, &value);
          }
        },
    .insert = [](void* map, std::string key) -> void* {
      return &(*static_cast<std::map<std::string, T>*>(map))[std::move(key)];
    },
};

}  // namespace iatk::model
