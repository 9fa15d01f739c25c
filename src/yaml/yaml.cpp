#include "yaml/yaml.hpp"

#include <algorithm>
#include <sstream>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "support/files.hpp"
#include "unit/utf8.hpp"
#include "yaml/characters.hpp"
#include "yaml/place.hpp"
#include "yaml/yaml_mistake.hpp"

namespace k8s_node {

namespace {

/// Deeper than any real configuration nests; yaml-cpp itself recurses.
constexpr std::size_t max_depth = 64;

/// More than any single value needs.
constexpr std::size_t max_text = std::size_t{1} << 20U;

/// More than any real configuration file needs.
constexpr std::size_t max_file = std::size_t{8} << 20U;

class TreeBuilder : public YAML::EventHandler {
public:
    TreeBuilder(Source source, Diagnostics& diagnostics, std::size_t start)
        : source_(std::move(source)), diagnostics_(diagnostics),
          first_column_(static_cast<int>(start)) {}

    void OnDocumentStart(const YAML::Mark& mark) override { start_ = position(mark); }
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        refuse_anchor(mark, anchor);
        value(Tree::null(position(mark)), mark);
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
        diagnostics_.add(position(mark), "aliases (*name) are not supported", "write it out");
        value(Tree::null(position(mark)), mark);
    }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& text) override {
        refuse_anchor(mark, anchor);
        const bool quoted = tag == "!";
        refuse_tag(mark, quoted ? "" : tag);
        refuse_open_quote(mark, quoted);
        const bool is_key = !stack_.empty() && stack_.back().tree.is_map() && !stack_.back().key;
        if (!is_text(mark, text) && !is_key) {
            value(Tree::null(position(mark)), mark); // reported once; it stands for null
            return;
        }
        if (!quoted && (text == "null" || text == "Null" || text == "NULL" || text == "~")) {
            value(Tree::null(position(mark)), mark);
        } else {
            value(Tree::scalar(text, quoted, position(mark)), mark);
        }
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value style) override {
        refuse_anchor(mark, anchor);
        refuse_tag(mark, tag);
        open(Tree::list(position(mark)), mark, style);
    }

    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value style) override {
        refuse_anchor(mark, anchor);
        refuse_tag(mark, tag);
        open(Tree::map(position(mark)), mark, style);
    }

    void OnSequenceEnd() override { close(); }
    void OnMapEnd() override { close(); }

    [[nodiscard]] Tree take() { return std::move(root_); }
    [[nodiscard]] const Position& start() const { return start_; }

    /// Returns what was begun before the parser gave up.
    [[nodiscard]] Unfinished unfinished() const {
        Unfinished parts;
        parts.quote = last_quote_;
        parts.is_quote_open = is_quote_open_;
        const auto bracket = std::find_if(stack_.rbegin(), stack_.rend(), [&](const Open& open) {
            return open.is_flow && is_bracket(byte_of(open.tree.at()));
        });
        if (bracket != stack_.rend()) {
            parts.bracket = byte_of(bracket->tree.at());
            if (!bracket->tree.entries().empty()) {
                parts.key = byte_of(bracket->tree.entries().back().key_at);
            }
        }
        return parts;
    }

    [[nodiscard]] Position position(const YAML::Mark& mark) const {
        // An event without its own place has the mark (-1,-1).
        const int line = std::max(mark.line, 0);
        return {source_, line + 1, std::max(mark.column, 0) + 1 + (line == 0 ? first_column_ : 0)};
    }

private:
    struct Open {
        Tree tree;
        std::optional<std::pair<std::string, Position>> key;
        bool is_flow; ///< in brackets
    };

    /// False for a map inside of a list that has no brackets of its own: [a: b].
    [[nodiscard]] bool is_bracket(std::size_t byte) const {
        const auto& text = source_->text;
        return byte < text.size() && (text[byte] == '[' || text[byte] == '{');
    }

    void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
        if (anchor != 0) {
            diagnostics_.add(position(mark), "anchors (&name) are not supported", "write it out");
        }
    }

    void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
        if (!tag.empty() && tag != "?") {
            diagnostics_.add(position(mark), "tags (" + tag + ") are not supported");
        }
    }

    void refuse_open_quote(const YAML::Mark& mark, bool quoted) {
        if (!quoted) {
            return;
        }
        const auto byte = byte_of(position(mark));
        const auto& text = source_->text;
        if (byte >= text.size() || (text[byte] != '"' && text[byte] != '\'')) {
            return;
        }
        last_quote_ = byte;
        if (end_of_quote(text, byte) == std::string::npos) {
            is_quote_open_ = true;
            const auto mistake = open_quote(text, byte);
            diagnostics_.add(position(mark), mistake.message, mistake.hint);
        }
    }

    /// Checks a text after escapes such as "\uFFFF" are decoded.
    bool is_text(const YAML::Mark& mark, std::string_view text) {
        if (text.size() > max_text) {
            diagnostics_.add(position(mark), "a value of more than 1 MiB");
            return false;
        }
        if (!unit::is_valid_utf8(text)) {
            diagnostics_.add(position(mark), "the text contains an invalid Unicode character");
            return false;
        }
        for (auto rest = text; !rest.empty(); rest.remove_prefix(1)) {
            if (begins_with_control(rest)) {
                diagnostics_.add(position(mark), "the text contains a control character");
                return false;
            }
        }
        return true;
    }

    void open(Tree tree, const YAML::Mark& mark, YAML::EmitterStyle::value style) {
        if (stack_.size() >= max_depth) {
            throw YAML::ParserException(mark, std::string(too_deep) + ": more than " +
                                                  std::to_string(max_depth) + " levels");
        }
        // A list or map as a key has no meaning here; it gets a placeholder name.
        if (!stack_.empty() && stack_.back().tree.is_map() && !stack_.back().key) {
            diagnostics_.add(position(mark), "a map key must be a scalar");
        }
        stack_.push_back({std::move(tree), std::nullopt, style == YAML::EmitterStyle::Flow});
    }

    void close() {
        Tree done = std::move(stack_.back().tree);
        stack_.pop_back();
        place(std::move(done));
    }

    void value(Tree tree, const YAML::Mark& mark) {
        if (!stack_.empty() && stack_.back().tree.is_map() && !stack_.back().key) {
            key(tree, mark);
            return;
        }
        place(std::move(tree));
    }

    void key(const Tree& tree, const YAML::Mark& mark) {
        const auto name = tree.is_null() ? std::string("null") : tree.text();
        if (stack_.back().tree.find(name) != nullptr) {
            diagnostics_.add(position(mark), "duplicate key '" + name + "'",
                             "it is already set above");
        }
        stack_.back().key.emplace(name, position(mark));
    }

    void place(Tree tree) {
        if (stack_.empty()) {
            root_ = std::move(tree);
            return;
        }
        auto& parent = stack_.back();
        if (parent.tree.is_list()) {
            parent.tree.items().push_back(std::move(tree));
            return;
        }
        if (!parent.key) {
            parent.key.emplace("", tree.at());
            return;
        }
        auto [name, at] = *std::exchange(parent.key, std::nullopt);
        // yaml-cpp puts the mark of an empty value on the next line: the key
        // is where a reader looks.
        if (tree.is_null()) {
            tree = Tree::null(at);
        }
        parent.tree.entries().push_back({std::move(name), std::move(at), std::move(tree)});
    }

    Source source_;
    Diagnostics& diagnostics_;
    std::vector<Open> stack_;
    Tree root_;
    Position start_;
    int first_column_; ///< columns of the first line before the YAML
    std::optional<std::size_t> last_quote_;
    bool is_quote_open_ = false;
};

Tree parse_text(const Source& source, const std::string& text, Diagnostics& diagnostics,
                std::size_t start) {
    const Tree nothing = Tree::map({source, 1, 1});
    std::istringstream stream(text);
    TreeBuilder builder(source, diagnostics, start);
    try {
        YAML::Parser parser(stream);
        parser.HandleNextDocument(builder);
        TreeBuilder rest(source, diagnostics, start);
        if (parser.HandleNextDocument(rest)) {
            diagnostics.add(rest.start(), "more than one YAML document",
                            "keep one document per file");
        }
    } catch (const YAML::Exception& error) {
        if (error.msg == YAML::ErrorMsg::EOF_IN_SCALAR && !text.ends_with('\n')) {
            // With a last line end the parser gets to the end of the quote, and says where it is.
            return parse_text(source, text + '\n', diagnostics, start);
        }
        const auto unfinished = builder.unfinished();
        if (!unfinished.is_quote_open) { // else it is reported, and the rest follows from it
            const auto byte = byte_of(builder.position(error.mark));
            const auto mistake = explain_yaml(source->text, byte, error.msg, unfinished);
            diagnostics.add(place_of(source, mistake.byte), mistake.message, mistake.hint);
        }
        diagnostics.cut_short();
        return nothing;
    }
    auto tree = builder.take();
    return tree.is_null() && start == 0 ? nothing : tree;
}

} // namespace

Tree parse_yaml(const Source& source, Diagnostics& diagnostics, std::size_t start) {
    if (source->text.size() > max_file) {
        diagnostics.add({source, 1, 1}, "a configuration file cannot be larger than 8 MiB");
    } else if (is_text(source, diagnostics)) {
        return parse_text(source, source->text.substr(start), diagnostics, start);
    }
    diagnostics.cut_short();
    return Tree::map({source, 1, 1});
}

Tree parse_yaml_file(const std::string& path, const std::string& layer, Diagnostics& diagnostics) {
    const auto named = [&](std::string text) {
        return std::make_shared<const SourceText>(SourceText{layer, path, std::move(text)});
    };
    try {
        return parse_yaml(named(read_file(path)), diagnostics);
    } catch (const Error& error) {
        diagnostics.add({named(""), 0, 0}, error.message());
        diagnostics.cut_short();
        return Tree::map({named(""), 0, 0});
    }
}

} // namespace k8s_node
