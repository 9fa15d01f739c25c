// The `relies_on` part of a component, and `sandbox` of its `ready`: what lies outside the node's
// files and decides whether pods run.
#include <algorithm>
#include <array>

#include "components/parts.hpp"
#include "language/values.hpp"
#include "support/text.hpp"
#include "yaml/reader.hpp"

namespace k8s_node {

namespace {

/// Takes a list and reports values that are not among the known ones.
template <std::size_t N>
std::vector<std::string> take_words(MapReader& reader, const std::string& key,
                                    const std::array<const char*, N>& known,
                                    Diagnostics& diagnostics) {
    std::vector<std::string> values;
    for (const auto* word : reader.take_scalars(key)) {
        if (std::ranges::find(known, word->text()) == known.end()) {
            const std::vector<std::string> all(known.begin(), known.end());
            diagnostics.add(word->at(),
                            "'" + word->text() + "' is not a valid value of '" + key + "'",
                            "known values: " + join(all, ", "));
        }
        values.push_back(word->text());
    }
    return values;
}

std::uint64_t take_amount(MapReader& reader, const std::string& key, Diagnostics& diagnostics) {
    const auto amount = reader.take_integer(key).value_or(0);
    if (amount < 0) {
        diagnostics.add(reader.at(key), "'" + key + "' cannot be negative");
    }
    return static_cast<std::uint64_t>(std::max<std::int64_t>(amount, 0));
}

void require_path(const std::string& path, const Position& at, Diagnostics& diagnostics) {
    if (!is_plain_absolute_path(path)) {
        diagnostics.add(at, "'" + path + "' is not an absolute path");
    }
}

DirectoryReliance read_directory(const Tree::Entry& entry, Diagnostics& diagnostics) {
    static constexpr std::array options = {"rw", "exec", "suid", "dev"};
    static constexpr std::array kinds = {"overlay", "nfs"};
    require_path(entry.key, entry.key_at, diagnostics);
    MapReader reader(entry.value, "directory '" + entry.key + "'", diagnostics);
    DirectoryReliance directory;
    directory.path = entry.key;
    directory.needs = take_words(reader, "needs", options, diagnostics);
    directory.wants = take_words(reader, "wants", options, diagnostics);
    directory.not_on = take_words(reader, "not_on", kinds, diagnostics);
    directory.bytes = take_amount(reader, "bytes", diagnostics);
    directory.inodes = take_amount(reader, "inodes", diagnostics);
    reader.finish();
    return directory;
}

Conflict read_conflict(const Tree::Entry& entry, Diagnostics& diagnostics) {
    MapReader reader(entry.value, "conflict '" + entry.key + "'", diagnostics);
    Conflict conflict;
    conflict.unit = unit_name_at(entry.key, entry.key_at, diagnostics);
    conflict.why = reader.require_text("why");
    const auto severity = reader.take_text("severity", "error");
    conflict.severity = severity == "warning" ? Severity::warning : Severity::error;
    if (severity != "warning" && severity != "error") {
        diagnostics.add(reader.at("severity"), "unknown severity '" + severity + "'",
                        "write error or warning");
    }
    reader.finish();
    return conflict;
}

void take_paths(MapReader& reader, const std::string& key, std::vector<std::string>& paths,
                Diagnostics& diagnostics) {
    for (const auto* path : reader.take_scalars(key)) {
        require_path(path->text(), path->at(), diagnostics);
        if (std::ranges::find(paths, path->text()) == paths.end()) {
            paths.push_back(path->text());
        }
    }
}

} // namespace

void read_reliance(const Tree& reliance, NodeSpec& spec, Diagnostics& diagnostics) {
    auto& all = spec.reliance;
    MapReader reader(reliance, "'relies_on'", diagnostics);
    each_entry(reader, "directories", [&](const Tree::Entry& entry) {
        all.directories.push_back(read_directory(entry, diagnostics));
    });
    take_paths(reader, "first_files", all.first_files, diagnostics);
    for (const auto* bridge : reader.take_scalar_map("bridges")) {
        all.bridges.push_back({bridge->key, bridge->value.text()});
    }
    take_paths(reader, "resolvers", all.resolvers, diagnostics);
    take_paths(reader, "sockets", all.sockets, diagnostics);
    each_entry(reader, "conflicts", [&](const Tree::Entry& entry) {
        all.conflicts.push_back(read_conflict(entry, diagnostics));
    });
    reader.finish();
}

void read_sandbox_start(const Tree& sandbox, NodeSpec& spec, Diagnostics& diagnostics) {
    MapReader reader(sandbox, "'sandbox'", diagnostics);
    SandboxStart start;
    start.socket = reader.require_text("socket");
    if (!start.socket.empty()) {
        require_path(start.socket, reader.at("socket"), diagnostics);
    }
    start.image = reader.take_text("image");
    start.image_hint = reader.take_text("image_hint");
    start.cgroup_parent = reader.take_text("cgroup_parent");
    start.hint = reader.take_text("hint");
    reader.finish();
    if (!spec.reliance.sandbox.socket.empty()) {
        diagnostics.add(sandbox.at(), "two components declare how a pod sandbox is started");
    }
    spec.reliance.sandbox = std::move(start);
}

} // namespace k8s_node
