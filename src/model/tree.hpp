// A configuration tree whose every node knows where it was written.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/diagnostic.hpp"

namespace k8s_node {

/// A scalar, list or map. Scalars keep their text as written; their type depends on the reader,
/// so that "1.20" can be a version and "no" a name. A quoted scalar is always a string.
class Tree {
public:
    enum class Kind { null, scalar, list, map };
    struct Entry;

    Tree() = default;
    [[nodiscard]] static Tree null(Position at);
    [[nodiscard]] static Tree scalar(std::string text, bool quoted, Position at);
    [[nodiscard]] static Tree list(Position at);
    [[nodiscard]] static Tree map(Position at);

    [[nodiscard]] Kind kind() const noexcept { return kind_; }
    [[nodiscard]] bool is_null() const noexcept { return kind_ == Kind::null; }
    [[nodiscard]] bool is_scalar() const noexcept { return kind_ == Kind::scalar; }
    [[nodiscard]] bool is_list() const noexcept { return kind_ == Kind::list; }
    [[nodiscard]] bool is_map() const noexcept { return kind_ == Kind::map; }
    [[nodiscard]] const Position& at() const noexcept { return at_; }

    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    [[nodiscard]] bool quoted() const noexcept { return quoted_; }
    [[nodiscard]] const std::vector<Tree>& items() const noexcept { return items_; }
    [[nodiscard]] std::vector<Tree>& items() noexcept { return items_; }
    [[nodiscard]] const std::vector<Entry>& entries() const noexcept;
    [[nodiscard]] std::vector<Entry>& entries() noexcept;

    /// Returns the value of a key, or nullptr.
    [[nodiscard]] const Tree* find(std::string_view key) const;

    /// Returns the value of true/false as YAML 1.2 writes them (True and TRUE too); nullopt for
    /// anything else.
    [[nodiscard]] std::optional<bool> as_bool() const;
    /// Returns the value of an integer as YAML 1.2 writes it: 16, +16, 0x10 or 0o20.
    [[nodiscard]] std::optional<std::int64_t> as_integer() const;

    /// Describes the value for messages: "a list", "the text 'x'".
    [[nodiscard]] std::string describe() const;

    /// Merges `over` into this tree: maps merge key by key, everything else is
    /// replaced, null deletes the key.
    void merge(const Tree& over);

private:
    Kind kind_ = Kind::null;
    bool quoted_ = false;
    std::string text_;
    std::vector<Tree> items_;
    std::vector<Entry> entries_;
    Position at_;
};

struct Tree::Entry {
    std::string key;
    Position key_at;
    Tree value;
};

} // namespace k8s_node
