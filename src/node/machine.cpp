#include "node/machine.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <set>
#include <unistd.h>

#include "apply/aside.hpp"
#include "apply/ledger.hpp"
#include "apply/pods_kind.hpp"
#include "config/values.hpp"
#include "host/preflight.hpp"
#include "node/author.hpp"
#include "node/preflight_input.hpp"
#include "node/vanish.hpp"
#include "support/interrupt.hpp"
#include "support/messages.hpp"
#include "support/text.hpp"
#include "systemd/systemd_manager.hpp"

namespace k8s_node {

namespace {

constexpr auto lock_patience = std::chrono::minutes(10);

/// Before anything else, so that the first message is not about some file.
void require_root(const NodeOptions& options) {
    if (options.root.is_host() && ::geteuid() != 0) {
        throw Error("only root can make this machine a node", ExitStatus::unsuitable)
            .try_this(
                "run it with sudo; render and config show need no root, and neither does plan "
                "where nothing is installed yet");
    }
}

/// A killed run leaves what it was just writing, keys among it, beside the
/// final name. Every place that it can be in is known by the ledger.
void remove_leftovers(const Root& root) {
    std::set<std::filesystem::path> places = {paths::configuration, paths::generations,
                                              paths::state,
                                              std::string(paths::state) + "/generations"};
    const auto ledger = read_ledger(root);
    for (const auto* made : {&ledger.files, &ledger.links}) {
        for (const auto& path : *made) {
            places.insert(std::filesystem::path(path).parent_path());
        }
    }
    for (const auto& place : places) {
        remove_abandoned(root.at(place));
    }
    std::filesystem::remove(root.at(paths::first_installation));
}

bool is_hidden(const std::filesystem::path& path) {
    return ::access(path.c_str(), R_OK) != 0 && errno == EACCES;
}

/// Keys that are ours. Those who may not see the ledger change nothing either.
std::set<std::string> own_keys(const Root& root) {
    if (is_hidden(root.at(paths::ledger))) {
        return {};
    }
    const auto ledger = read_ledger(root);
    auto keys = ledger.keys;
    std::erase_if(keys, [&](const auto& path) { return is_put_back(ledger, path, root); });
    return keys;
}

Run run_of(const NodeOptions& options, const std::string& verb) {
    return {.program_version = options.version,
            .author = author_of_this_run(),
            .verb = verb,
            .way_back = options.no_rollback ? WayBack::stay : WayBack::take,
            .stable_for = options.stable_for};
}

} // namespace

host::RunLock take_lock(const NodeOptions& options, const std::string& verb, EventSink& events) {
    require_root(options);
    const auto path = options.root.at(paths::lock);
    make_directories(path.parent_path());
    auto lock = host::RunLock::acquire(path, verb, host::RunLock::Clock::now() + lock_patience,
                                       [&](const std::string& holder) {
                                           events.report({Priority::notice,
                                                          "waiting for " + holder,
                                                          message::run_waits,
                                                          {{"K8S_NODE_PHASE", "lock"}}});
                                       });
    finish_vanishing(options.root);
    remove_leftovers(options.root);
    return lock;
}

std::unique_ptr<ServiceManager> open_services(const Root& root, Services purpose) {
    if (!root.is_host() || !std::filesystem::exists("/run/systemd/system")) {
        return nullptr;
    }
    return std::make_unique<SystemdManager>(
        purpose == Services::changed ? Bus::open_system() : Bus::open_for_questions());
}

System make_system(const NodeOptions& options, const NodeSpec& spec, ServiceManager* services,
                   const Reporting& reporting, const std::string& verb) {
    FetchOptions fetch;
    fetch.mirrors = spec.mirrors;
    fetch.ca_file = spec.mirror_ca;
    fetch.architecture = spec.architecture;
    fetch.stop = interrupt_token();
    return {options.root,
            Store(options.root.at(paths::store)),
            Pki(spec.pki, options.root, {own_keys(options.root), options.force}),
            services,
            reporting.events,
            reporting.fetches,
            std::move(fetch),
            options.force ? ForeignFiles::replace : ForeignFiles::refuse,
            run_of(options, verb)};
}

bool is_hidden(const PkiItem& item, const Root& root) {
    return std::any_of(item.paths.begin(), item.paths.end(),
                       [&](const auto& path) { return is_hidden(root.at(path)); });
}

void require_sight_of_keys(const System& system) {
    if (::geteuid() == 0) {
        return;
    }
    for (const auto& item : system.pki.observe()) {
        if (is_hidden(item, system.root)) {
            throw Error("only root can tell what is to be done: the keys of this node (" +
                            item.name + ") are hidden from others",
                        ExitStatus::unsuitable)
                .try_this("run it with sudo; render and config show need no root");
        }
    }
}

Findings check_machine(const NodeOptions& options, const DesiredNode& node,
                       const CheckedPlan& checked, const System& system) {
    Findings findings;
    if (options.root.is_host()) {
        findings = host::run_preflight(preflight_input(options, node.spec, checked), node.facts,
                                       options.root);
        auto surroundings = check_surroundings(node.generation, system);
        soften(surroundings, options.ignored_checks);
        append(findings, std::move(surroundings));
    }
    append(findings, checked.pki.findings);
    return findings;
}

void refuse_unfit(const Findings& findings, const std::string& what, EventSink& events) {
    for (const auto& finding : findings) {
        if (finding.severity == Severity::warning) {
            events.report({Priority::warning,
                           finding.name + ": " + finding.message +
                               (finding.hint.empty() ? "" : " (" + finding.hint + ")"),
                           {},
                           {{"K8S_NODE_PHASE", "preflight"}, {"K8S_NODE_CHECK", finding.name}}});
        }
    }
    refuse_errors(findings, what);
}

} // namespace k8s_node
