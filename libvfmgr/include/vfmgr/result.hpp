// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#pragma GCC visibility push(default)
namespace vfmgr {

/// What kind of failure an Error is: one word each, the same words as `kind` in the JSON output.
enum class ErrorKind {
  syntax,         ///< the text can't be read (profile, host file, plan, journal, command line)
  invalid,        ///< the text can be read and asks for something that is wrong on any host
  no_match,       ///< a table or a name matches no GPU, or too many or too few of them
  not_a_pf,       ///< the function named has no SR-IOV capability of its own
  unsupported,    ///< this device or driver does not offer it
  does_not_fit,   ///< more than the device has
  in_use,         ///< somebody uses what would be taken away
  foreign,        ///< made by others and not adopted
  locked,         ///< another run, or another writer, is at work
  stale,          ///< the host is not as it was when the plan was made
  drifted,        ///< the host is not as the profile says
  missing,        ///< something the profile names is not there
  not_permitted,  ///< EPERM, EACCES, EROFS
  unreadable,     ///< a value that is needed could not be read
  io,             ///< any other failure of the kernel; `os_error` tells which
  in_flight,      ///< a write has not returned within its limit and may still act
  not_restored,   ///< something could not be taken back
};

/// A text, or a part of one, that many places have in common: a copy is cheap and shares it. A
/// part begins and ends within its first 4 GiB.
class SharedText {
 public:
  SharedText() = default;
  /// As long as anybody has it. NOLINTNEXTLINE(google-explicit-constructor): it is a string
  SharedText(std::string text);
  /// The same of a literal. NOLINTNEXTLINE(google-explicit-constructor): it is a string
  SharedText(const char* text);
  /// A part of a text that others have, too; it must be one. What it has beyond its end is left
  /// out.
  [[nodiscard]] SharedText part(std::size_t begin, std::size_t length) const;

  /// The text, as long as this object or another of the same text is there.
  [[nodiscard]] std::string_view view() const;
  /// A text of one's own.
  [[nodiscard]] std::string str() const { return std::string(view()); }
  [[nodiscard]] bool empty() const { return length_ == 0; }
  [[nodiscard]] std::size_t size() const { return length_; }
  /// Where text is read. NOLINTNEXTLINE(google-explicit-constructor): it is a string
  operator std::string_view() const { return view(); }
  friend bool operator==(const SharedText& left, const SharedText& right) {
    return left.view() == right.view();
  }
  friend auto operator<=>(const SharedText& left, const SharedText& right) {
    return left.view() <=> right.view();
  }

 private:
  std::shared_ptr<const std::string> whole_;
  // A profile has more of these than of anything else, so they are not pointers.
  std::uint32_t begin_ = 0;
  std::uint32_t length_ = 0;
};

/// A place in a text that a person wrote. Lines and columns count from 1, columns in bytes.
struct Spot {
  SharedText file;         ///< as the user named it; "-" is standard input
  std::uint32_t line = 0;  ///< 0: the file as a whole
  std::uint32_t column = 0;
  std::uint32_t length = 1;  ///< how many columns the caret underlines
  SharedText text;           ///< the whole line, without its newline; empty where it is too long
  friend bool operator==(const Spot&, const Spot&) = default;
};

/// "FILE:LINE:COLUMN"; nothing for a file as a whole.
std::string to_string(const Spot& spot);

/// A failure as a value: which thing, which value, why, and what now.
struct Error {
  ErrorKind kind = ErrorKind::io;
  int os_error = 0;          ///< errno, 0 if the kernel gave none
  std::string subject;       ///< the thing: a place, a GPU, a key
  std::string value;         ///< the value that was refused, if one was
  std::string why;           ///< the reason, in words
  std::string help;          ///< what to do now; may be empty
  std::optional<Spot> spot;  ///< where in a user's text, if it comes from one
  std::vector<Error> also;   ///< further faults found in the same go, in the order of their places
  friend bool operator==(const Error&, const Error&) = default;
};

/// "subject: why 'value' (help)": one line, for logs and tests. The CLI lays errors out itself.
std::string to_string(const Error& error);
/// The kind's word in the JSON output, e.g. "in_use".
std::string_view to_string(ErrorKind kind);
/// The kind for an errno that the kernel gave: EPERM, EACCES and EROFS are not_permitted, all else
/// io.
ErrorKind kind_of_errno(int os_error);

/// A value or the Error that kept it from being. Never ignored: the class is [[nodiscard]].
template <class T>
class [[nodiscard]] Result : public std::expected<T, Error> {
 public:
  using std::expected<T, Error>::expected;
};

/// `return fail({.kind = …, .subject = …, .why = …});`
inline std::unexpected<Error> fail(Error error) {
  return std::unexpected<Error>(std::move(error));
}

}  // namespace vfmgr
#pragma GCC visibility pop
