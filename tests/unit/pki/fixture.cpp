#include "fixture.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <sys/stat.h>
#include <sys/wait.h>

#include "pki/key.hpp"

namespace k8s_node::pki_test {

namespace fs = std::filesystem;

namespace {

CertificateSpec leaf_spec(const std::string& name, const std::string& common_name) {
    CertificateSpec spec;
    spec.name = name;
    spec.authority = "ca";
    spec.common_name = common_name;
    spec.client = true;
    return spec;
}

} // namespace

CommandResult run(const std::string& command) {
    std::FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
    CommandResult result;
    std::array<char, 4096> buffer{};
    while (const auto count = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
        result.output.append(buffer.data(), count);
    }
    result.status = ::pclose(pipe);
    return result;
}

PkiSpec example_spec() {
    CertificateSpec authority;
    authority.name = "ca";
    authority.common_name = "kubernetes";
    auto server = leaf_spec("apiserver", "kube-apiserver");
    server.server = true;
    server.client = false;
    server.dns_names = {"node-1", "kubernetes.default.svc.cluster.local"};
    server.ip_addresses = {"10.96.0.1", "fd00::1"};
    auto client = leaf_spec("apiserver-kubelet-client", "kube-apiserver-kubelet-client");
    client.organizations = {"system:masters"};
    auto etcd_authority = authority;
    etcd_authority.name = "etcd/ca";
    etcd_authority.common_name = "etcd-ca";
    auto etcd = leaf_spec("etcd/server", "node-1");
    etcd.authority = "etcd/ca";
    etcd.server = true;
    etcd.dns_names = {"localhost", "node-1"};
    etcd.ip_addresses = {"127.0.0.1", "::1"};

    PkiSpec spec;
    spec.certificates = {authority, server, client, etcd_authority, etcd};
    spec.key_pairs = {{"sa"}};
    spec.kubeconfigs = {{"/etc/kubernetes/admin.conf",
                         "https://127.0.0.1:6443",
                         "ca",
                         "kubernetes",
                         "kubernetes-admin",
                         {"kubeadm:cluster-admins"}}};
    return spec;
}

std::chrono::sys_seconds now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

TestAuthority make_test_authority(const std::string& common_name, int days_before, int days_after) {
    CertificateSpec spec;
    spec.common_name = common_name;
    TestAuthority authority;
    authority.key = create_key(KeyAlgorithm::ecdsa_p256);
    authority.certificate = create_authority(
        spec, authority.key,
        {now() - std::chrono::days(days_before), now() + std::chrono::days(days_after)});
    return authority;
}

fs::path PkiTest::at(const std::string& name) const {
    return root_.at(name.starts_with('/') ? name : spec_.directory + "/" + name);
}

CertificateHandle PkiTest::certificate(const std::string& name) const {
    return std::move(parse_certificates(pem(name), name).front());
}

PkiItem PkiTest::look(PkiKind kind, const std::string& name) const {
    return pki().observe(kind, name);
}

PkiItem PkiTest::leaf(const std::string& name) const {
    return look(PkiKind::certificate, name);
}

unsigned PkiTest::mode(const std::string& name) const {
    struct stat status {};
    EXPECT_EQ(::stat(at(name).c_str(), &status), 0) << name;
    return status.st_mode & 07777U;
}

void PkiTest::issue_all() const {
    for (const auto& item : pki().observe()) {
        pki().issue(item);
    }
}

void PkiTest::put(const std::string& name, const std::string& content, mode_t mode) const {
    make_directories(at(name).parent_path());
    write_file_atomically(at(name), content, {mode, ::geteuid(), ::getegid()});
}

void PkiTest::put_authority(const std::string& name, const TestAuthority& authority) const {
    put(name + ".crt", certificate_to_pem(authority.certificate));
    put(name + ".key", key_to_pem(authority.key), 0600);
}

void PkiTest::reissue(const CertificateSpec& spec, int first_day, int last_day) const {
    const auto key = parse_key(pem(spec.name + ".key"), spec.name);
    const auto authority_key = parse_key(pem(spec.authority + ".key"), spec.authority);
    put(spec.name + ".crt",
        certificate_to_pem(create_leaf(
            spec, key, certificate(spec.authority + ".crt"), authority_key,
            {now() + std::chrono::days(first_day), now() + std::chrono::days(last_day)})));
}

std::string PkiTest::refusal(const PkiItem& item) const {
    try {
        pki().issue(item);
    } catch (const Error& error) {
        EXPECT_NE(error.hint(), "") << error.message();
        return error.message();
    }
    ADD_FAILURE() << item.name << " was issued";
    return "";
}

void PkiTest::expect_all_good() const {
    EXPECT_THAT(pki().observe(), testing::Each(testing::Field(&PkiItem::state, PkiState::good)));
}

std::vector<std::string> PkiTest::snapshot() const {
    std::vector<std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(root_.path())) {
        if (entry.is_regular_file()) {
            files.push_back(entry.path().string() + "\n" + read_file(entry.path()));
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

} // namespace k8s_node::pki_test
