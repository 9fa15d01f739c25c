#include "upkeep/etcd_recover.hpp"

#include <filesystem>

#include "generations/generation_resource.hpp"
#include "node/generations.hpp"
#include "node/machine.hpp"
#include "support/interrupt.hpp"

namespace k8s_node {

namespace {

constexpr const char* verb = "etcd recover";

/// Looks under the lock or without it, by a path that still names the file in a later run.
RecoveryOutlook look(const NodeOptions& options, const std::string& snapshot,
                     const System& system) {
    if (system.services == nullptr) {
        throw Error("etcd recover works only on the machine itself, with systemd",
                    ExitStatus::usage);
    }
    const auto file = snapshot.empty() ? snapshot : std::filesystem::absolute(snapshot).string();
    auto outlook = look_before_recovery(read_current_generation(options.root), file, system);
    soften(outlook.findings, options.ignored_checks);
    return outlook;
}

} // namespace

RecoveryOutlook plan_recovery(const NodeOptions& options, const std::string& snapshot,
                              const Reporting& reporting) {
    EventLoop loop(interrupt_token());
    const auto services = open_services(options.root, Services::looked_at, loop);
    return look(options, snapshot,
                make_system(options, NodeSpec{}, services.get(), loop, reporting, verb));
}

RecoveryResult recover_etcd(const NodeOptions& options, const std::string& snapshot,
                            const Reporting& reporting, const OnOutlook& on_outlook) {
    const auto lock = take_lock(options, verb, reporting.events);
    refuse_pinned_boot(options.root);
    EventLoop loop(interrupt_token());
    const auto services = open_services(options.root, Services::changed, loop);
    auto system = make_system(options, NodeSpec{}, services.get(), loop, reporting, verb);
    RecoveryResult result{look(options, snapshot, system), {}};
    const auto& outlook = result.outlook;
    refuse_errors(outlook.findings, "etcd is not recovered", reporting.events);
    if (outlook.continues) {
        report(system, Priority::notice, "recover", outlook.member,
               "the recovery of etcd that was interrupted is finished");
    } else if (!on_outlook(outlook)) {
        result.declined = true;
        return result;
    }
    result.member = recover_etcd(outlook, read_current_generation(options.root), system);
    return result;
}

} // namespace k8s_node
