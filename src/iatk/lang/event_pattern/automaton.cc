#include "iatk/lang/event_pattern/automaton.h"

#include <algorithm>
#include <bit>

#include "iatk/lang/event_pattern/letter_case.h"

namespace iatk::event_pattern {

Automaton::Automaton() { Clear(); }

void Automaton::Clear() {
  nodes_.clear();
  nodes_.emplace_back();
  lists_ = {};
  used_ = {};
  patterns_ = removed_ = 0;
  version_ = NextVersion();
}

Automaton::Place Automaton::NewNode() {
  nodes_.emplace_back();
  return static_cast<Place>(nodes_.size() - 1);
}

Automaton::Place Automaton::AddByte(Place from, unsigned char byte) {
  for (const Edge& edge : nodes_[from].edges) {
    if (edge.byte == byte && edge.kind == EdgeKind::kByte) return edge.to;
  }
  const Place to = NewNode();
  nodes_[from].edges.push_back({byte, EdgeKind::kByte, to});
  used_[byte] = true;
  return to;
}

Automaton::Place Automaton::AddStar(Place from) {
  if (nodes_[from].loop) return from;
  if (nodes_[from].star == 0) {
    const Place star = NewNode();
    nodes_[star].loop = true;
    nodes_[from].star = star;
  }
  return nodes_[from].star;
}

Automaton::Place Automaton::AddFolded(Place from, const std::string& lower,
                                      const std::string& upper) {
  if (lower == upper) {
    for (const char c : lower) from = AddByte(from, static_cast<unsigned char>(c));
    return from;
  }
  const bool single = lower.size() == 1 && upper.size() == 1;
  if (single) {
    for (const Edge& edge : nodes_[from].edges) {
      if (edge.kind == EdgeKind::kFolded && edge.byte == static_cast<unsigned char>(lower[0]))
        return edge.to;
    }
  }
  const Place to = NewNode();
  for (const std::string* form : {&lower, &upper}) {
    Place at = from;
    for (std::size_t i = 0; i < form->size(); ++i) {
      const auto byte = static_cast<unsigned char>((*form)[i]);
      const Place next = i + 1 == form->size() ? to : NewNode();
      nodes_[at].edges.push_back({byte, single ? EdgeKind::kFolded : EdgeKind::kOwn, next});
      used_[byte] = true;
      at = next;
    }
  }
  return to;
}

Automaton::Place Automaton::Add(std::string_view text, const Form& form, Slot slot) {
  Place at = 0;
  if (form.any_before) at = AddStar(at);
  if (form.ignore_case) {
    for (const CaseForms& forms : CaseFormsOf(text)) at = AddFolded(at, forms.lower, forms.upper);
  } else {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (form.stars && text[i] == '*') {
        at = AddStar(at);
        continue;
      }
      if (form.stars && text[i] == '\\' && i + 1 < text.size()) ++i;
      at = AddByte(at, static_cast<unsigned char>(text[i]));
    }
  }
  if (form.any_after) at = AddStar(at);
  lists_.Add(&nodes_[at].hits, slot);
  ++patterns_;
  version_ = NextVersion();
  return at;
}

void Automaton::Remove(Place end, Slot slot) {
  lists_.Remove(&nodes_[end].hits, slot);
  --patterns_;
  ++removed_;
  version_ = NextVersion();
}

std::size_t Automaton::Bytes() const {
  std::size_t bytes = nodes_.capacity() * sizeof(Node) + lists_.Bytes();
  for (const Node& node : nodes_) bytes += node.edges.capacity() * sizeof(Edge);
  return bytes;
}

void AutomatonReader::Restart(const Automaton& automaton) {
  version_ = automaton.version();
  std::uint32_t class_count = 1;  // 0: the bytes that no edge has
  for (std::size_t byte = 0; byte < classes_.size(); ++byte) {
    classes_[byte] =
        automaton.used_[byte] ? static_cast<std::uint8_t>(class_count++) : std::uint8_t{0};
  }
  // All 256 bytes can't be used: some never occur in UTF-8.
  row_bits_ = static_cast<std::uint32_t>(std::bit_width(class_count - 1));
  steps_.clear();
  states_.clear();
  places_.clear();
  hits_.clear();
  index_.Clear();
  // Rows 0 and 1, the latter if a row is a single step, would be kUnknown and kDead.
  states_.resize(2);
  steps_.resize(std::size_t{2} << row_bits_, kUnknown);
  set_.clear();
  Reach(automaton, 0);
  start_ = RowOf(automaton) & ~kSettled;
}

void AutomatonReader::Reach(const Automaton& automaton, Place place) {
  set_.push_back(place);
  for (Place star = automaton.nodes_[place].star; star != 0; star = automaton.nodes_[star].star) {
    set_.push_back(star);
  }
}

std::uint32_t AutomatonReader::RowOf(const Automaton& automaton) {
  std::ranges::sort(set_);
  const auto repeated = std::ranges::unique(set_);
  set_.erase(repeated.begin(), repeated.end());
  if (set_.empty()) return kDead;
  std::uint64_t mixed = set_.size();
  for (const Place place : set_) mixed = Mix(mixed, place);
  const auto hash = static_cast<std::uint32_t>(mixed ^ (mixed >> 29U));
  const bool settled = std::ranges::all_of(set_, [&automaton](Place place) {
    const Automaton::Node& node = automaton.nodes_[place];
    return node.loop && node.edges.empty();
  });
  const std::uint32_t mark = settled ? kSettled : 0;
  const std::uint32_t known = index_.Find(hash, [this](std::uint32_t state) {
    const State& other = states_[state];
    return std::ranges::equal(set_, std::span(places_).subspan(
                                        other.places_begin, other.places_end - other.places_begin));
  });
  if (known != HashIndex::kNone) return known << row_bits_ | mark;
  if (states_.size() >= kMaxStates) return kUnknown;
  State state;
  state.places_begin = static_cast<std::uint32_t>(places_.size());
  places_.insert(places_.end(), set_.begin(), set_.end());
  state.places_end = static_cast<std::uint32_t>(places_.size());
  state.hits_begin = static_cast<std::uint32_t>(hits_.size());
  for (const Place place : set_) {
    automaton.lists_.ForEach(automaton.nodes_[place].hits,
                             [this](Slot slot) { hits_.push_back(slot); });
  }
  state.hits_end = static_cast<std::uint32_t>(hits_.size());
  const auto number = static_cast<std::uint32_t>(states_.size());
  states_.push_back(state);
  steps_.resize(states_.size() << row_bits_, kUnknown);
  index_.Insert(hash, number);
  return number << row_bits_ | mark;
}

std::uint32_t AutomatonReader::Step(const Automaton& automaton, std::uint32_t row,
                                    unsigned char byte) {
  set_.clear();
  const State from = StateOf(row);
  for (std::uint32_t i = from.places_begin; i < from.places_end; ++i) {
    const Place place = places_[i];
    const Automaton::Node& node = automaton.nodes_[place];
    if (node.loop) Reach(automaton, place);
    for (const Automaton::Edge& edge : node.edges) {
      if (edge.byte == byte) Reach(automaton, edge.to);
    }
  }
  const std::uint32_t next = RowOf(automaton);
  if (next != kUnknown) steps_[row | classes_[byte]] = next;
  return next;
}

std::span<const Slot> AutomatonReader::HitsOf(std::uint32_t row) const {
  const State& state = StateOf(row);
  return std::span(hits_).subspan(state.hits_begin, state.hits_end - state.hits_begin);
}

std::span<const Slot> AutomatonReader::ReadUnkept(const Automaton& automaton, std::uint32_t row,
                                                  std::string_view rest) {
  const State& from = StateOf(row);
  other_set_.assign(places_.begin() + from.places_begin, places_.begin() + from.places_end);
  for (const char c : rest) {
    const auto byte = static_cast<unsigned char>(c);
    set_.clear();
    for (const Place place : other_set_) {
      const Automaton::Node& node = automaton.nodes_[place];
      if (node.loop) Reach(automaton, place);
      for (const Automaton::Edge& edge : node.edges) {
        if (edge.byte == byte) Reach(automaton, edge.to);
      }
    }
    std::ranges::sort(set_);
    const auto repeated = std::ranges::unique(set_);
    set_.erase(repeated.begin(), repeated.end());
    std::swap(set_, other_set_);
    if (other_set_.empty()) break;
  }
  unkept_hits_.clear();
  for (const Place place : other_set_) {
    automaton.lists_.ForEach(automaton.nodes_[place].hits,
                             [this](Slot slot) { unkept_hits_.push_back(slot); });
  }
  return unkept_hits_;
}

std::span<const Slot> AutomatonReader::Read(const Automaton& automaton, std::string_view value) {
  if (version_ != automaton.version()) Restart(automaton);
  const std::uint32_t* steps = steps_.data();
  std::uint32_t row = start_;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const auto byte = static_cast<unsigned char>(value[i]);
    std::uint32_t next = steps[row | classes_[byte]];
    // Unknown, dead and settled states, in one comparison.
    if (next - 2 >= kSettled - 2) {
      if (next == kUnknown) {
        next = Step(automaton, row, byte);
        if (next == kUnknown) return ReadUnkept(automaton, row, value.substr(i));
        steps = steps_.data();
      }
      if (next == kDead) return {};
      if ((next & kSettled) != 0) return HitsOf(next & ~kSettled);
    }
    row = next;
  }
  return HitsOf(row);
}

std::size_t AutomatonReader::Bytes() const {
  return steps_.capacity() * 4 + states_.capacity() * sizeof(State) + places_.capacity() * 4 +
         hits_.capacity() * 4 + index_.Bytes() + (set_.capacity() + other_set_.capacity()) * 4 +
         unkept_hits_.capacity() * 4;
}

}  // namespace iatk::event_pattern
