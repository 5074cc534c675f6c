// The cases of letters as the service compares them. It is a Java program: each UTF-16 unit of a
// pattern stands for its lower and its upper case, whatever it is itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace iatk::event_pattern {

/// What one character of a pattern stands for, in UTF-8. Both are the same for characters without
/// case; a form may be of several characters (ß is SS in upper case), and a character may be
/// neither of its forms (ǅ is not).
struct CaseForms {
  std::string lower;
  std::string upper;
};

/// The forms of each character of UTF-8 text. The service knows no case beyond the first 65,536
/// characters, and compares each of those beyond as two question marks: so does this.
std::vector<CaseForms> CaseFormsOf(std::string_view pattern);

}  // namespace iatk::event_pattern
