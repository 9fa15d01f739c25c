#include "recovery/recovery_state.hpp"

#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "generations/ledger.hpp"
#include "support/error.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

using nlohmann::json;

constexpr std::array<std::pair<RecoveryStep, const char*>, 3> step_names = {{
    {RecoveryStep::begun, "begun"},
    {RecoveryStep::making, "making"},
    {RecoveryStep::starting, "starting"},
}};

fs::path file_of(const Root& root) {
    return root.at(paths::state) / "etcd-recovery.json";
}

const char* name_of(RecoveryStep step) {
    for (const auto& [known, name] : step_names) {
        if (known == step) {
            return name;
        }
    }
    return "";
}

std::optional<RecoveryStep> step_of(const std::string& word) {
    for (const auto& [step, name] : step_names) {
        if (word == name) {
            return step;
        }
    }
    return std::nullopt;
}

std::optional<RecoveryState> parse(const std::string& text) {
    try {
        const auto document = json::parse(text);
        RecoveryState state;
        const auto step = step_of(document.at("step").get<std::string>());
        state.step = step.value_or(RecoveryStep::begun);
        document.at("snapshot").get_to(state.snapshot);
        document.at("copy").get_to(state.copy);
        for (const auto& each : document.at("dropped")) {
            const auto id = parse_id(each.at("id").get<std::string>());
            state.dropped.push_back({id.value_or(0), each.at("member").get<std::string>()});
        }
        return step ? std::optional(state) : std::nullopt;
    } catch (const json::exception&) {
        return std::nullopt;
    }
}

} // namespace

std::optional<RecoveryState> read_recovery_state(const Root& root) {
    const auto path = file_of(root);
    const auto text = read_file_if_exists(path);
    if (!text) {
        return std::nullopt;
    }
    auto state = parse(*text);
    if (!state) {
        throw Error(path.string() + " is damaged: a recovery of etcd did not write it like this")
            .try_this("etcdctl member list shows whether the recovery was made; remove the file, "
                      "and repeat it if not");
    }
    return state;
}

std::optional<Finding> interrupted_recovery(const Root& root) {
    if (!read_recovery_state(root)) {
        return std::nullopt;
    }
    return Finding{"EtcdRecovery", Severity::error, "a recovery of etcd was interrupted",
                   "repeat it: k8s-node-install etcd recover"};
}

void write_recovery_state(const Root& root, const RecoveryState& state) {
    nlohmann::ordered_json document = {{"step", name_of(state.step)},
                                       {"snapshot", state.snapshot},
                                       {"copy", state.copy},
                                       {"dropped", json::array()}};
    for (const auto& each : state.dropped) {
        document["dropped"].push_back({{"id", id_text(each.id)}, {"member", each.text}});
    }
    make_directories(root.at(paths::state), 0700);
    write_file_atomically(file_of(root), document.dump(2) + '\n', {0600});
}

void forget_recovery(const Root& root) {
    fs::remove(file_of(root));
    sync_directory(root.at(paths::state));
}

} // namespace k8s_node
