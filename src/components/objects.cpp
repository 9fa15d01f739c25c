#include "components/parts.hpp"
#include "language/interpolate.hpp"
#include "support/text.hpp"
#include "yaml/ambiguous_scalar.hpp"
#include "yaml/json_tree.hpp"

namespace k8s_node {

namespace {

std::string text_at(const Tree& tree, std::string_view key) {
    const auto* value = tree.find(key);
    return value == nullptr ? std::string() : value->text();
}

/// Escapes a part of a JSON pointer (RFC 6901).
std::string pointer_part(const std::string& key) {
    return "/" + replace_all(replace_all(key, "~", "~0"), "/", "~1");
}

/// Finds the certificates that texts of an object stand for.
class Inliner {
public:
    Inliner(std::string directory, std::vector<InlinedCertificate>& found)
        : directory_(std::move(directory)), found_(found) {}

    /// Returns the tree with names instead of markers.
    [[nodiscard]] Tree named(const Tree& tree, const std::string& pointer) {
        if (tree.is_scalar()) {
            return named_text(tree, pointer);
        }
        Tree out = tree;
        for (std::size_t i = 0; i < out.items().size(); ++i) {
            out.items()[i] = named(tree.items()[i], pointer + "/" + std::to_string(i));
        }
        for (auto& entry : out.entries()) {
            entry.value = named(entry.value, pointer + pointer_part(entry.key));
        }
        return out;
    }

private:
    Tree named_text(const Tree& scalar, const std::string& pointer) {
        const auto parts = split(scalar.text(), certificate_data_marker);
        if (parts.size() == 1) {
            return scalar;
        }
        auto text = parts[0];
        for (std::size_t i = 1; i + 1 < parts.size(); i += 2) {
            const auto mark = "${certificate." + parts[i] + ".data}";
            found_.push_back({pointer, mark, directory_ + "/" + parts[i] + ".crt"});
            text += mark + parts[i + 1];
        }
        return Tree::scalar(std::move(text), scalar.quoted(), scalar.at());
    }

    std::string directory_;
    std::vector<InlinedCertificate>& found_;
};

} // namespace

void read_object(const Tree& tree, NodeSpec& spec, Diagnostics& diagnostics) {
    const auto* metadata = tree.find("metadata");
    const auto kind = text_at(tree, "kind");
    const auto name = metadata == nullptr ? std::string() : text_at(*metadata, "name");
    if (kind.empty() || name.empty() || text_at(tree, "apiVersion").empty()) {
        diagnostics.add(tree.at(), "a cluster object needs apiVersion, kind and metadata.name");
        return;
    }
    report_ambiguous_scalars(tree, diagnostics);
    const auto space = text_at(*metadata, "namespace");
    ClusterObject object{kind + "/" + name,
                         text_at(tree, "apiVersion") + " " + kind + " " +
                             (space.empty() ? "" : space + "/") + name,
                         {},
                         {}};
    object.json = to_json(Inliner(spec.pki.directory, object.inlined).named(tree, ""));
    spec.objects.push_back(std::move(object));
}

} // namespace k8s_node
