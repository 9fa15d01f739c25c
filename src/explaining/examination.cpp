#include "explaining/examination.hpp"

#include <algorithm>

#include "configuration/layers.hpp"
#include "explaining/patient.hpp"
#include "generations/generation_resource.hpp"
#include "host/facts.hpp"
#include "node/generations.hpp"
#include "node/machine.hpp"
#include "support/interrupt.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

/// The profile with most parts, so that nothing that any node needs is left out.
constexpr const char* widest_profile = "single";

bool is_profile_chosen(const NodeOptions& options) {
    Diagnostics ignored;
    return chosen_profile(load_layers(options, ignored)).has_value();
}

/// Reads the configuration, or finds out why it cannot be used.
void read_configuration(Patient& patient) {
    try {
        auto options = patient.options;
        if (!patient.number && !is_profile_chosen(options)) {
            options.profile = patient.assumed_profile = widest_profile;
        }
        patient.desired = load_desired(options);
    } catch (const Error& error) {
        patient.complaint = join(error.details(), "; ");
        patient.complaint =
            error.message() + (patient.complaint.empty() ? "" : ": ") + patient.complaint;
        patient.hint = error.hint();
    }
}

Patient admit(const NodeOptions& options) {
    Patient patient{options, host::observe_facts(options.root), {}, {}, {}, {}, {}, {}};
    const auto current = current_generation_number(options.root);
    if (current) {
        patient.number = pinned_generation(options.root).value_or(*current);
        patient.current = read_damaged_generation(options.root, *patient.number);
    }
    read_configuration(patient);
    return patient;
}

/// Returns a setting of the whole cluster, empty if it is unknown.
std::string cluster_setting(const Patient& patient, const std::string& name) {
    if (patient.desired) {
        const auto& settings = patient.desired->spec.settings;
        const auto found = settings.find(name);
        return found == settings.end() || !found->second.value ? "" : found->second.value->text();
    }
    const auto found = patient.current.manifest.fixed.find(name);
    return found == patient.current.manifest.fixed.end() ? "" : found->second;
}

bool has_component(const Manifest& manifest, const std::string& name) {
    return std::ranges::find(manifest.components, name, &ComponentEntry::name) !=
           manifest.components.end();
}

std::vector<std::string> running_units(ServiceManager* services) {
    std::vector<std::string> running;
    if (services != nullptr) {
        for (const auto& state : services->unit_states(doctor::watched_units())) {
            if (state.is_active()) {
                running.push_back(state.name);
            }
        }
    }
    return running;
}

doctor::Subject subject_of(const Patient& patient, ServiceManager* services) {
    const auto& manifest = patient.number || !patient.desired
                               ? patient.current.manifest
                               : patient.desired->generation.manifest;
    const bool is_unknown = !patient.number && !patient.desired;
    doctor::Subject subject;
    subject.root = patient.options.root;
    subject.facts = patient.facts;
    subject.node_name = patient.number ? manifest.node_name : "";
    subject.runs_pods = is_unknown || manifest.provided.kubelet.has_value();
    subject.refuses_swap = !manifest.provided.kubelet || manifest.provided.kubelet->refuses_swap;
    subject.has_overlay = has_component(manifest, "flannel");
    subject.etcd_data = manifest.provided.etcd ? manifest.provided.etcd->data : "";
    for (const auto& [name, list] : {std::pair("cluster.dns_address", &subject.cluster_dns),
                                     std::pair("cluster.pod_cidr", &subject.pod_networks)}) {
        if (const auto value = cluster_setting(patient, name); !value.empty()) {
            *list = split(value, ',');
        }
    }
    subject.active_units = running_units(services);
    subject.disks = doctor::observe_disks(subject.root);
    subject.clock_synchronized = doctor::observe_clock_synchronized();
    return subject;
}

} // namespace

Examination examine(const NodeOptions& options, const Reporting& reporting) {
    const auto patient = admit(options);
    EventLoop loop(interrupt_token());
    const auto services = open_services(options.root, Services::looked_at, loop);
    const auto subject = subject_of(patient, services.get());
    const auto system = make_system(options, patient.desired ? patient.desired->spec : NodeSpec(),
                                    services.get(), loop, reporting, "doctor");
    auto checks = preflight_checks(patient, system);
    if (options.root.is_host()) {
        std::ranges::move(doctor::machine_checks(subject), std::back_inserter(checks));
    }
    std::ranges::move(node_checks(patient, system), std::back_inserter(checks));
    std::ranges::move(cluster_checks(patient, system), std::back_inserter(checks));
    return {patient.number.has_value(), doctor::run_checks(checks, options.ignored_checks, loop)};
}

} // namespace k8s_node
