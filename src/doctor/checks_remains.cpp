#include <array>

#include "doctor/subject.hpp"
#include "support/text.hpp"

namespace k8s_node::doctor {

namespace {

/// An installer of Kubernetes, by what it leaves on a machine.
struct Installer {
    const char* name;
    std::array<const char*, 4> signs; ///< paths; nullptr for none
    const char* remover;
};
constexpr std::array installers{
    Installer{"k3s",
              {"/etc/rancher/k3s", "/var/lib/rancher/k3s", "/usr/local/bin/k3s",
               "/etc/systemd/system/k3s.service"},
              "/usr/local/bin/k3s-uninstall.sh (or k3s-agent-uninstall.sh)"},
    Installer{"rke2",
              {"/etc/rancher/rke2", "/var/lib/rancher/rke2", "/usr/local/bin/rke2", "/opt/rke2"},
              "/usr/local/bin/rke2-uninstall.sh"},
    Installer{"k0s",
              {"/var/lib/k0s", "/etc/k0s", "/usr/local/bin/k0s",
               "/etc/systemd/system/k0scontroller.service"},
              "k0s reset"},
    Installer{"microk8s",
              {"/var/snap/microk8s", "/snap/microk8s", nullptr, nullptr},
              "snap remove --purge microk8s"},
    Installer{
        "k8s-snap", {"/var/snap/k8s", "/snap/k8s", nullptr, nullptr}, "snap remove --purge k8s"},
    Installer{
        "minikube", {"/var/lib/minikube", "/etc/minikube", nullptr, nullptr}, "minikube delete"},
    Installer{"microshift",
              {"/var/lib/microshift", "/etc/microshift", nullptr, nullptr},
              "microshift-cleanup-data --all"},
    Installer{"nodeadm", {"/etc/eks", "/usr/bin/nodeadm", nullptr, nullptr}, "nodeadm uninstall"},
    Installer{"kops",
              {"/opt/kops", "/etc/systemd/system/kops-configuration.service", nullptr, nullptr},
              "a new machine: kops deletes its own with kops delete instance"},
    Installer{"kubespray",
              {"/etc/kubernetes/kubeadm-images.yaml", "/etc/kubernetes/kubelet-config.yaml",
               "/etc/etcd.env", nullptr},
              "its playbook reset.yml"},
};

} // namespace

Answer check_remains(const Subject& subject) {
    Findings findings;
    for (const auto& installer : installers) {
        std::vector<std::string> found;
        for (const auto* path : installer.signs) {
            if (path != nullptr && path_exists(subject.root.at(path))) {
                found.emplace_back(path);
            }
        }
        if (!found.empty()) {
            findings.push_back(
                {"Remains-" + std::string(installer.name), Severity::warning,
                 std::string(installer.name) + " is, or was, installed here: " + join(found, ", "),
                 "remove it: " + std::string(installer.remover) +
                     "; then what is left of these paths"});
        }
    }
    return {std::move(findings), {{"Remains", "nothing of other installers is left"}}, {}};
}

} // namespace k8s_node::doctor
