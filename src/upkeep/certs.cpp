#include "upkeep/certs.hpp"

#include <algorithm>

#include "engine/key_renewal.hpp"
#include "generations/generation_resource.hpp"
#include "generations/timeline.hpp"
#include "node/generations.hpp"
#include "node/machine.hpp"
#include "renewal/turn.hpp"
#include "rotation/rotation_state.hpp"
#include "support/interrupt.hpp"
#include "support/messages.hpp"
#include "support/time.hpp"
#include "unit_resources/hand_over.hpp"
#include "upkeep/follow_cluster.hpp"

namespace k8s_node {

namespace {

constexpr const char* verb = "certs renew";
constexpr const char* phase = "renewal";

void require_installed(const Root& root) {
    if (!current_generation_number(root)) {
        throw Error("nothing is installed on this machine", ExitStatus::unsuitable);
    }
}

Deadlines deadlines_of(const NodeSpec& spec, std::optional<std::chrono::days> within = {}) {
    return {utc_now(), spec.pki.renewal_days, within};
}

/// An expired certificate may be why nobody answers.
Silence silence_of(const std::vector<CertificateView>& views) {
    const bool expired = std::ranges::any_of(views, [](const CertificateView& view) {
        return view.detail && view.detail->validity.not_after <= utc_now();
    });
    return expired ? Silence::go_on : Silence::refuse;
}

bool restarts_something(const Plan& plan) {
    return !plan.of(ChangeKind::restart_unit).empty();
}

/// The machine keeps its turn if this fails.
std::optional<Outage> renew_in_turn(const CheckedPlan& checked, Silence silence, System& system) {
    if (!restarts_something(checked.plan)) {
        return execute_renewal(checked, system);
    }
    Turn turn(checked.current.manifest, system.root, "renews certificates", system.loop,
              [&](const std::string& what) {
                  report(system, Priority::notice, phase, checked.current.manifest.node_name, what);
              });
    turn.take(silence);
    const auto outage = execute_renewal(checked, system);
    turn.give_back();
    return outage;
}

void report_renewal(const CheckedPlan& checked, const System& system) {
    for (const auto& item : checked.pki.items) {
        report(system, Priority::info, phase, item.name, item.name + " was renewed: " + item.reason,
               message::certificate_renewed);
    }
}

void report_operators_part(const Findings& findings, const System& system) {
    for (const auto& finding : findings) {
        report(system, Priority::warning, phase, finding.name,
               finding.message + ", and cannot be renewed here: " + finding.hint,
               message::certificate_needs_operator);
    }
}

/// What is due now: of the chosen ones these, however long they last.
std::set<std::string> choose(const RenewalRequest& request,
                             const std::vector<CertificateView>& views, Pki& pki) {
    auto names = renewable(views, request.names);
    if (request.all || !request.names.empty()) {
        pki.demand(names);
    }
    return names;
}

} // namespace

CertificateReport look_at_certificates(const NodeOptions& options,
                                       std::optional<std::chrono::days> within,
                                       const Reporting& reporting) {
    require_installed(options.root);
    const auto node = load_desired(options);
    EventLoop loop(interrupt_token());
    const auto system = make_system(options, node.spec, nullptr, loop, reporting, "certs");
    require_readable_keys(system);
    CertificateReport report{take_inventory(system.pki), {}, rotation_notes(options.root)};
    report.findings = find_trouble(report.certificates, deadlines_of(node.spec, within));
    return report;
}

RenewalResult renew_certificates(const NodeOptions& options, const RenewalRequest& request,
                                 const Reporting& reporting, const OnPlan& on_plan) {
    const auto lock = take_lock(options, verb, reporting.events);
    require_installed(options.root);
    refuse_pinned_boot(options.root);
    EventLoop loop(interrupt_token());
    const auto spec = load_desired(options).spec;
    const auto current = read_current_generation(options.root);
    const auto services = open_services(options.root, Services::changed, loop);
    auto system = make_system(options, spec, services.get(), loop, reporting, verb);
    system.run.rollout = Rollout::step_by_step;
    const auto views = take_inventory(system.pki);
    const auto names = choose(request, views, system.pki);
    RenewalResult result;
    if (request.names.empty() && !request.dry_run) {
        result.followed = follow_cluster(spec, current, system) == Followed::something;
    }
    if (request.names.empty()) {
        result.operators_part = find_operators_part(views, deadlines_of(spec));
        report_operators_part(result.operators_part, system);
    }
    const auto checked = check_renewal({spec, current}, names, system);
    result.plan = checked.plan;
    if (checked.plan.empty()) {
        return result;
    }
    on_plan(checked.plan);
    if (request.dry_run) {
        return result;
    }
    const KeptTimeline timeline(options.root, verb);
    remove_stand_ins(system); // of a killed run
    result.api_outage = renew_in_turn(checked, silence_of(views), system);
    report_renewal(checked, system);
    return result;
}

} // namespace k8s_node
