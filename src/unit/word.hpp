// One argument of a command, or one value of an environment variable.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace k8s_node::unit {

/// Concatenated pieces: literal text, which the service gets exactly as it is here, and systemd
/// specifiers that PID 1 expands:
///
///     Word("--cert=") + Word::specifier('d') + "/tls.crt"
class Word {
public:
    enum class Kind { literal, specifier };
    struct Piece {
        Kind kind;
        std::string text; ///< of a specifier: its letter
        bool operator==(const Piece&) const = default;
    };

    /// Literal text. Throws Error for text that no service can be given: NUL and invalid UTF-8
    /// (PID 1 could not show it over D-Bus).
    Word(std::string_view literal);          // NOLINT(google-explicit-constructor)
    Word(const std::string& literal)         // NOLINT(google-explicit-constructor)
        : Word(std::string_view(literal)) {} //
    Word(const char* literal)                // NOLINT(google-explicit-constructor)
        : Word(std::string_view(literal)) {} //

    /// A specifier such as "%d", systemd.unit(5) "Specifiers". Throws Error for an unknown
    /// letter.
    [[nodiscard]] static Word specifier(char letter);

    [[nodiscard]] const std::vector<Piece>& pieces() const noexcept { return pieces_; }
    bool operator==(const Word&) const = default;

    friend Word operator+(Word left, const Word& right) {
        left.pieces_.insert(left.pieces_.end(), right.pieces_.begin(), right.pieces_.end());
        return left;
    }

private:
    Word() = default;
    std::vector<Piece> pieces_;
};

} // namespace k8s_node::unit
