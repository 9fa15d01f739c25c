#include "node/machine.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <set>
#include <unistd.h>

#include "bundle/bundle.hpp"
#include "cluster_resources/pods_resource.hpp"
#include "generations/backup.hpp"
#include "generations/finalize.hpp"
#include "generations/ledger.hpp"
#include "host/invoking_user.hpp"
#include "host/preflight.hpp"
#include "language/values.hpp"
#include "node/preflight_input.hpp"
#include "support/messages.hpp"
#include "support/text.hpp"
#include "systemd/systemd_manager.hpp"

namespace k8s_node {

namespace {

constexpr auto lock_patience = std::chrono::minutes(10);

/// Checked first, so that the first message is not about some file.
void require_root(const NodeOptions& options) {
    if (options.root.is_host() && ::geteuid() != 0) {
        throw Error("only root can make this machine a node", ExitStatus::unsuitable)
            .try_this(
                "run it with sudo; render and config show do not need root, and plan does not "
                "either while nothing is installed");
    }
}

/// A killed run leaves the file that it was writing, perhaps a key, next to the final name. The
/// ledger knows every directory that it can be in.
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

/// Returns the keys that are ours. Users who may not read the ledger change nothing.
std::set<std::string> own_keys(const Root& root) {
    if (is_hidden(root.at(paths::ledger))) {
        return {};
    }
    const auto ledger = read_ledger(root);
    auto keys = ledger.keys;
    std::erase_if(keys, [&](const auto& path) { return is_restored(ledger, path, root); });
    return keys;
}

Run run_of(const NodeOptions& options, const std::string& verb) {
    return {.program_version = options.version,
            .invoking_user = invoking_user(),
            .verb = verb,
            .automatic_rollback =
                options.no_rollback ? AutomaticRollback::disabled : AutomaticRollback::enabled,
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
    finish_finalizing(options.root);
    remove_leftovers(options.root);
    return lock;
}

std::unique_ptr<ServiceManager> open_services(const Root& root, Services purpose, EventLoop& loop) {
    if (!root.is_host() || !std::filesystem::exists("/run/systemd/system")) {
        return nullptr;
    }
    return std::make_unique<SystemdManager>(
        purpose == Services::changed ? Bus::open_system(loop) : Bus::open_for_questions(loop));
}

System make_system(const NodeOptions& options, const NodeSpec& spec, ServiceManager* services,
                   EventLoop& loop, const Reporting& reporting, const std::string& verb) {
    FetchOptions fetch;
    fetch.mirrors = spec.mirrors;
    fetch.ca_file = spec.mirror_ca;
    fetch.architecture = spec.architecture;
    fetch.local = options.opened_bundle;
    return {options.root,
            Store(options.root.at(paths::store)),
            Pki(spec.pki, options.root, {own_keys(options.root), options.force}),
            services,
            loop,
            reporting.events,
            reporting.fetches,
            std::move(fetch),
            options.force ? ForeignFiles::replace : ForeignFiles::refuse,
            run_of(options, verb),
            options.join_data};
}

bool is_hidden(const PkiItem& item, const Root& root) {
    return std::any_of(item.paths.begin(), item.paths.end(),
                       [&](const auto& path) { return is_hidden(root.at(path)); });
}

void require_readable_keys(const System& system) {
    if (::geteuid() == 0) {
        return;
    }
    for (const auto& item : system.pki.observe()) {
        if (is_hidden(item, system.root)) {
            throw Error("only root can make a plan: the keys of this node (" + item.name +
                            ") are readable by root only",
                        ExitStatus::unsuitable)
                .try_this("run it with sudo; render and config show do not need root");
        }
    }
}

Findings check_machine(const NodeOptions& options, const DesiredNode& node,
                       const CheckedPlan& checked, const System& system) {
    Findings findings;
    if (options.root.is_host()) {
        const auto fetches =
            checked.plan.of(ChangeKind::fetch).empty() ? Fetches::nothing : Fetches::programs;
        findings =
            host::run_preflight(preflight_input(options, node.spec, checked.current, fetches),
                                node.facts, options.root);
        auto surroundings = check_surroundings(node.generation, system);
        soften(surroundings, options.ignored_checks);
        append(findings, std::move(surroundings));
    }
    append(findings, checked.pki.findings);
    return findings;
}

void refuse_errors(const Findings& findings, const std::string& what, EventSink& events) {
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
