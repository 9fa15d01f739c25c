#include "language/pattern.hpp"

#include <array>
#include <regex.h>

namespace k8s_node {

namespace {

/// A compiled expression of libc, since std::regex recurses over the text.
class Expression {
public:
    explicit Expression(const std::string& pattern)
        : error_(::regcomp(&regex_, ("^(" + pattern + ")$").c_str(), REG_EXTENDED | REG_NOSUB)) {}
    Expression(const Expression&) = delete;
    Expression& operator=(const Expression&) = delete;
    ~Expression() {
        if (error_ == 0) {
            ::regfree(&regex_);
        }
    }

    [[nodiscard]] std::optional<std::string> problem() const {
        if (error_ == 0) {
            return std::nullopt;
        }
        std::array<char, 128> text{};
        ::regerror(error_, &regex_, text.data(), text.size());
        return text.data();
    }
    [[nodiscard]] bool matches(const std::string& text) const {
        return error_ != 0 || ::regexec(&regex_, text.c_str(), 0, nullptr, 0) == 0;
    }

private:
    regex_t regex_{};
    int error_;
};

} // namespace

std::optional<std::string> pattern_problem(const std::string& pattern) {
    return pattern.empty() ? std::nullopt : Expression(pattern).problem();
}

bool matches_pattern(const std::string& text, const std::string& pattern) {
    return pattern.empty() || Expression(pattern).matches(text);
}

} // namespace k8s_node
