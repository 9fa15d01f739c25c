#include "rotation/subject.hpp"

#include <algorithm>

#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

std::vector<std::string> authorities_of(const PkiSpec& spec) {
    std::vector<std::string> names;
    for (const auto& each : spec.certificates) {
        if (each.is_authority()) {
            names.push_back(each.name);
        }
    }
    return names;
}

void require_known(const std::string& name, const std::vector<std::string>& known) {
    if (std::ranges::find(known, name) == known.end()) {
        throw Error("this node has no certificate authority " + name, ExitStatus::usage)
            .try_this("it has " + join(known, ", "));
    }
}

Error without_keys() {
    Error error("this machine has no keys of its cluster to replace", ExitStatus::unsuitable);
    error.try_this("run it on the control plane; a worker follows it by certs renew");
    return error;
}

} // namespace

std::vector<std::unique_ptr<Subject>>
authority_subjects(const PkiSpec& spec, const std::vector<std::string>& names, const Root& root) {
    const auto known = authorities_of(spec);
    if (known.empty()) {
        throw without_keys();
    }
    for (const auto& name : names) {
        require_known(name, known);
    }
    std::vector<std::unique_ptr<Subject>> subjects;
    for (const auto& each : spec.certificates) {
        const bool is_chosen = names.empty() || std::ranges::find(names, each.name) != names.end();
        if (each.is_authority() && is_chosen) {
            subjects.push_back(authority_subject(spec, each, root));
        }
    }
    return subjects;
}

std::vector<std::unique_ptr<Subject>> key_subjects(const PkiSpec& spec, const std::string& name,
                                                   const Root& root) {
    if (name != service_accounts && name != encryption) {
        throw Error("there is no key " + name + " to replace", ExitStatus::usage)
            .try_this(std::string("name ") + service_accounts + " or " + encryption);
    }
    std::vector<std::unique_ptr<Subject>> subjects;
    if (name == service_accounts && !spec.key_pairs.empty()) {
        subjects.push_back(key_pair_subject(spec, spec.key_pairs.front(), root));
    } else if (name == encryption && !spec.encryption_configs.empty()) {
        subjects.push_back(encryption_subject(spec.encryption_configs.front(), root));
    } else {
        throw without_keys();
    }
    return subjects;
}

} // namespace k8s_node
