#include <algorithm>
#include <cctype>
#include <unistd.h>

#include <fmt/format.h>

#include "cluster_resources/pods_resource.hpp"
#include "explaining/patient.hpp"
#include "host/checks.hpp"
#include "node/preflight_input.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

using doctor::Answer;
using doctor::Check;
using doctor::Seen;

/// Returns what is needed of any node, for a configuration that cannot be used.
host::PreflightInput plain_input(const Patient& patient) {
    host::PreflightInput input;
    input.node_name = patient.facts.hostname;
    std::ranges::transform(input.node_name, input.node_name.begin(), [](unsigned char letter) {
        return static_cast<char>(std::tolower(letter));
    });
    input.kubelet = true;
    input.dated_files = {patient.options.program, patient.options.data_directory};
    input.generator = patient.options.generator;
    return input;
}

host::PreflightInput input_of(const Patient& patient) {
    if (!patient.desired) {
        return plain_input(patient);
    }
    auto input = preflight_input(patient.options, patient.desired->spec, patient.current,
                                 patient.number ? Fetches::nothing : Fetches::programs);
    input.ignored.clear(); // doctor demotes all checks, these among them
    return input;
}

Answer look_at_user() {
    const auto user = ::geteuid();
    if (user == 0) {
        return {{}, {{"IsPrivilegedUser", "root"}}, {}};
    }
    return {{},
            {},
            {{"IsPrivilegedUser",
              "this run has user ID " + std::to_string(user) +
                  ": it does not see keys, other users' processes and root's files"}}};
}

Answer look_at_configuration(const Patient& patient) {
    const std::string name = "Configuration";
    if (!patient.desired) {
        return {{{name, Severity::error, patient.complaint,
                  patient.hint.empty() ? "correct it; k8s-node-install config check tells every "
                                         "mistake with file and line"
                                       : patient.hint}}};
    }
    const auto& spec = patient.desired->spec;
    const auto what = patient.assumed_profile.empty()
                          ? fmt::format("profile {}, Kubernetes {}", spec.profile, spec.release)
                          : fmt::format("no profile is chosen, so the machine was examined for the "
                                        "profile {} (choose: --profile)",
                                        patient.assumed_profile);
    return {{}, {{name, what}}, {}};
}

std::string memory_text(const Facts& facts) {
    return human_bytes(facts.memory_bytes);
}

Answer look_at_machine(const Patient& patient) {
    auto input = plain_input(patient);
    try {
        input = input_of(patient);
    } catch (const Error&) {
        // Who may not read the ledger sees the machine all the same.
    }
    const auto& facts = patient.facts;
    Answer answer{host::look_at_machine(input, facts, patient.options.root), {}, {}};
    std::erase_if(answer.findings,
                  [](const Finding& one) { return one.name == "IsPrivilegedUser"; });
    answer.seen = {
        {"Systemd", "systemd " + std::to_string(facts.systemd_version) + " runs this machine"},
        {"Hostname", input.node_name},
        {"NodeAddress", input.node_address.empty() ? facts.default_address : input.node_address},
        {"Network", "the node's networks are used for nothing else"},
        {"Clock", "later than all that certainly has happened"},
        {"NumCPU", std::to_string(facts.cpus)},
        {"Mem", memory_text(facts)},
        {"Swap", facts.swap_on ? "on, as the kubelet is configured" : "off"},
        {"SystemVerification",
         facts.cgroup == CgroupLayout::v2 ? "cgroup version 2" : "cgroup version 1"}};
    return answer;
}

/// Who is not root sees no process of others, the node's own among them.
Answer without_invisible_holders(Answer answer) {
    if (::geteuid() == 0) {
        return answer;
    }
    std::erase_if(answer.findings, [&](const Finding& one) {
        const bool is_unseen = one.message.find("without a visible process") != std::string::npos;
        if (is_unseen) {
            answer.unseen.push_back({one.name, one.message});
        }
        return is_unseen;
    });
    return answer;
}

Answer look_for_leftovers(const Patient& patient) {
    const auto input = input_of(patient);
    return without_invisible_holders(
        {host::look_for_leftovers(input, patient.options.root),
         {{"Port", std::to_string(input.ports.size()) +
                       " ports of the node are free, or held by its own services"},
          {"ForeignUnit", "no unit of others has the name of one of the node's"},
          {"ForeignDropIn", "none was there before the node"},
          {"FileAvailable", "no files of kubeadm"},
          {"DirAvailable", "no data of others where the node keeps its own"}},
         {}});
}

Answer look_for_needs(const Patient& patient) {
    const auto input = input_of(patient);
    return {host::look_for_needs(input, patient.facts, patient.options.root),
            {{"FileExisting", join(input.executables, ", ")},
             {"KernelModule", join(input.kernel_modules, ", ")},
             {"DiskSpace", "enough everywhere"},
             {"Generator", input.generator}},
            {}};
}

Answer look_at_surroundings(const Generation& generation, const System& system) {
    return without_invisible_holders(
        {check_surroundings(generation, system),
         {{"CniConfiguration", "the node's own is the first by name"},
          {"PodBridge", "as the node's pod network requires, or not there yet"},
          {"ResolvConf", "names servers that pods reach"},
          {"Socket", "the runtime's is free, or held by the node's own"},
          {"ForeignService", "no other container runtime or Kubernetes runs"},
          {"MountOption", "the node's directories may be written and executed"},
          {"FileSystem", "of types that can store containers"},
          {"DiskSpace", "enough everywhere"},
          {"FreeInodes", "enough everywhere"}},
         {}});
}

} // namespace

std::vector<Check> preflight_checks(const Patient& patient, const System& system) {
    std::vector<Check> checks = {
        {{"IsPrivilegedUser"}, look_at_user},
        {{"Configuration"}, [&] { return look_at_configuration(patient); }}};
    if (!patient.options.root.is_host()) {
        return checks; // it is for another machine
    }
    checks.insert(
        checks.end(),
        {{{"Systemd", "NodeAddress", "Clock", "Swap"}, [&] { return look_at_machine(patient); }},
         {{"Port", "ForeignUnit", "ForeignDropIn", "FileAvailable", "DirAvailable"},
          [&] { return look_for_leftovers(patient); }},
         {{"FileExisting", "KernelModule", "DiskSpace", "Generator"},
          [&] { return look_for_needs(patient); }}});
    const auto* generation = patient.number    ? &patient.current
                             : patient.desired ? &patient.desired->generation
                                               : nullptr;
    if (generation != nullptr) {
        checks.push_back(
            {{"CniConfiguration", "PodBridge", "ResolvConf", "Socket", "ForeignService",
              "MountOption", "FileSystem", "FreeInodes"},
             [&system, generation] { return look_at_surroundings(*generation, system); }});
    }
    return checks;
}

} // namespace k8s_node
