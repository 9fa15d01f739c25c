#include "apply/ledger.hpp"

#include <nlohmann/json.hpp>

#include "support/error.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

void Ledger::note_file(const std::string& path, const Root& root) {
    files.insert(path);
    note_directories(fs::path(path).parent_path().string(), root);
}

void Ledger::note_link(const std::string& path, const Root& root) {
    links.insert(path);
    note_directories(fs::path(path).parent_path().string(), root);
}

void Ledger::note_directories(const std::string& path, const Root& root) {
    for (fs::path at(path); at.has_relative_path(); at = at.parent_path()) {
        if (attributes_of(root.at(at))) {
            return;
        }
        directories.insert(at.string());
    }
}

Ledger read_ledger(const Root& root) {
    const auto path = root.at(paths::ledger);
    const auto text = read_file_if_exists(path);
    if (!text) {
        return {};
    }
    try {
        using Paths = std::set<std::string>;
        const auto document = nlohmann::json::parse(*text);
        return {document.value("files", Paths{}), document.value("links", Paths{}),
                document.value("directories", Paths{})};
    } catch (const nlohmann::json::exception& error) {
        throw Error(path.string() + " is damaged: " + error.what())
            .try_this("restore it, or remove it: then nothing outside of /etc/k8s-node counts as "
                      "made by k8s-node-install");
    }
}

void write_ledger(const Root& root, const Ledger& ledger) {
    const auto path = root.at(paths::ledger);
    const nlohmann::ordered_json document = {
        {"files", ledger.files}, {"links", ledger.links}, {"directories", ledger.directories}};
    const auto text = document.dump(2) + "\n";
    if (read_file_if_exists(path) != text) {
        make_directories(path.parent_path(), 0700);
        write_file_atomically(path, text, {});
    }
}

} // namespace k8s_node
