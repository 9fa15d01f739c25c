#include "generations/ledger.hpp"

#include <array>

#include <nlohmann/json.hpp>

#include "generations/manifest_migration.hpp"
#include "model/cleanup_json.hpp"
#include "model/provided_json.hpp"
#include "support/error.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

using Texts = std::set<std::string>;
constexpr std::array<std::pair<const char*, Texts Ledger::*>, 10> sets = {{
    {"files", &Ledger::files},
    {"links", &Ledger::links},
    {"backups", &Ledger::backups},
    {"keys", &Ledger::keys},
    {"directories", &Ledger::directories},
    {"users", &Ledger::users},
    {"found", &Ledger::found},
    {"units", &Ledger::units},
    {"objects", &Ledger::objects},
    {"programs", &Ledger::programs},
}};

/// Increased when an older reader would drop what is new.
constexpr int format = 3;
/// Before it the ledger did not say what the units are to the cluster.
constexpr int with_provided = 3;

/// Format 1 had other names for two keys.
nlohmann::json in_current_format(nlohmann::json document) {
    for (const auto& [before, now] : {std::pair("aside", "backups"), {"leaves", "cleanup"}}) {
        if (const auto found = document.find(before); found != document.end()) {
            document[now] = std::move(*found);
            document.erase(before);
        }
    }
    return document;
}

Ledger ledger_of(const nlohmann::json& written, const fs::path& path) {
    if (written.at("format").get<int>() > format) {
        throw Error(path.string() + " was written by a newer k8s-node-install",
                    ExitStatus::unsuitable)
            .try_this("use that program, or a newer one");
    }
    const auto document = in_current_format(written);
    Ledger ledger;
    for (const auto& [name, member] : sets) {
        ledger.*member = document.value(name, Texts{});
    }
    ledger.sysctls = document.value("sysctls", std::map<std::string, std::string>{});
    ledger.fixed = document.value("fixed", std::map<std::string, std::string>{});
    ledger.node_name = document.value("node_name", "");
    ledger.cluster_kubeconfig = document.value("cluster_kubeconfig", "");
    ledger.cleanup = cleanup_of(document.value("cleanup", nlohmann::json::object()));
    ledger.provided =
        document.at("format").get<int>() >= with_provided
            ? provided_of(JsonObject(document.at("provides"), path.string() + ": provides"))
            : provided_by_units(ledger.units);
    return ledger;
}

std::string text_of(const Ledger& ledger) {
    nlohmann::ordered_json document;
    document["format"] = format;
    for (const auto& [name, member] : sets) {
        document[name] = ledger.*member;
    }
    document["sysctls"] = ledger.sysctls;
    document["fixed"] = ledger.fixed;
    document["node_name"] = ledger.node_name;
    document["cluster_kubeconfig"] = ledger.cluster_kubeconfig;
    document["cleanup"] = json_of(ledger.cleanup);
    document["provides"] = json_of(ledger.provided);
    return document.dump(2) + "\n";
}

} // namespace

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
        return ledger_of(nlohmann::json::parse(*text), path);
    } catch (const nlohmann::json::exception& error) {
        throw Error(path.string() + " is damaged: " + error.what())
            .try_this("restore it, or remove it: then nothing outside of /etc/k8s-node counts as "
                      "created by k8s-node-install");
    }
}

void write_ledger(const Root& root, const Ledger& ledger) {
    const auto path = root.at(paths::ledger);
    const auto text = text_of(ledger);
    if (read_file_if_exists(path) != text) {
        make_directories(path.parent_path(), 0700);
        write_file_atomically(path, text, {});
    }
}

} // namespace k8s_node
