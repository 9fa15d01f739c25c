#include "model/tree.hpp"

#include <algorithm>
#include <charconv>

#include "support/text.hpp"

namespace k8s_node {

namespace {

/// Parses a number without a sign, and nothing else.
std::optional<std::int64_t> digits_of(std::string_view text, int base) {
    std::int64_t value = 0;
    const auto* const end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, value, base);
    const bool whole = result.ec == std::errc{} && result.ptr == end && !text.starts_with('-');
    return whole ? std::optional(value) : std::nullopt;
}

} // namespace

Tree Tree::null(Position at) {
    Tree tree;
    tree.at_ = std::move(at);
    return tree;
}

Tree Tree::scalar(std::string text, bool quoted, Position at) {
    Tree tree = null(std::move(at));
    tree.kind_ = Kind::scalar;
    tree.text_ = std::move(text);
    tree.quoted_ = quoted;
    return tree;
}

Tree Tree::list(Position at) {
    Tree tree = null(std::move(at));
    tree.kind_ = Kind::list;
    return tree;
}

Tree Tree::map(Position at) {
    Tree tree = null(std::move(at));
    tree.kind_ = Kind::map;
    return tree;
}

const std::vector<Tree::Entry>& Tree::entries() const noexcept {
    return entries_;
}
std::vector<Tree::Entry>& Tree::entries() noexcept {
    return entries_;
}

const Tree* Tree::find(std::string_view key) const {
    const auto found = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const Entry& entry) { return entry.key == key; });
    return found == entries_.end() ? nullptr : &found->value;
}

std::optional<bool> Tree::as_bool() const {
    if (!is_scalar() || quoted_) {
        return std::nullopt;
    }
    if (text_ == "true" || text_ == "True" || text_ == "TRUE") {
        return true;
    }
    if (text_ == "false" || text_ == "False" || text_ == "FALSE") {
        return false;
    }
    return std::nullopt;
}

std::optional<std::int64_t> Tree::as_integer() const {
    if (!is_scalar() || quoted_) {
        return std::nullopt;
    }
    for (const auto& [prefix, base] : {std::pair("0x", 16), std::pair("0o", 8)}) {
        if (text_.starts_with(prefix)) {
            return digits_of(std::string_view(text_).substr(2), base);
        }
    }
    const bool plus = text_.starts_with('+') && !text_.starts_with("+-");
    return parse_integer(std::string_view(text_).substr(plus ? 1 : 0));
}

std::string Tree::describe() const {
    switch (kind_) {
    case Kind::null:
        return "nothing";
    case Kind::list:
        return "a list";
    case Kind::map:
        return "a map";
    case Kind::scalar:
        break;
    }
    // A message is one line, even if the text is not.
    constexpr std::size_t shown = 60;
    auto end = std::min({text_.find('\n'), text_.size(), shown});
    while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xc0U) == 0x80) {
        ++end; // do not cut inside a character
    }
    const auto line = text_.substr(0, end);
    return "'" + line + (line.size() < text_.size() ? "…'" : "'");
}

void Tree::merge(const Tree& over) {
    if (!over.is_map()) {
        *this = over;
        return;
    }
    if (!is_map()) {
        // Not a plain copy: nulls in `over` have nothing to delete and are dropped.
        *this = map(over.at_);
    }
    for (const auto& entry : over.entries_) {
        const auto mine = std::find_if(entries_.begin(), entries_.end(),
                                       [&](const Entry& e) { return e.key == entry.key; });
        if (entry.value.is_null()) {
            if (mine != entries_.end()) {
                entries_.erase(mine);
            }
        } else if (mine != entries_.end()) {
            mine->value.merge(entry.value);
        } else {
            entries_.push_back({entry.key, entry.key_at, {}});
            entries_.back().value.merge(entry.value);
        }
    }
}

} // namespace k8s_node
