// A table of the fields of Kubernetes configuration files, of all supported versions and at any
// depth. Kubernetes only warns of unknown fields and ignores them.
#include "components/kubernetes_fields.hpp"

#include <algorithm>
#include <cctype>

#include "support/text.hpp"

namespace k8s_node {

namespace {

/// kubelet.config.k8s.io/v1beta1, KubeletConfiguration
constexpr std::string_view kubelet = R"(
enableServer staticPodPath podLogsDir syncFrequency fileCheckFrequency httpCheckFrequency
staticPodURL staticPodURLHeader address port readOnlyPort tlsCertFile tlsPrivateKeyFile
tlsCipherSuites tlsMinVersion tlsCurvePreferences rotateCertificates serverTLSBootstrap
authentication authorization registryPullQPS registryBurst
imagePullCredentialsVerificationPolicy preloadedImagesVerificationAllowlist eventRecordQPS
eventBurst enableDebuggingHandlers enableContentionProfiling healthzPort healthzBindAddress
oomScoreAdj clusterDomain clusterDNS streamingConnectionIdleTimeout nodeStatusUpdateFrequency
nodeStatusReportFrequency nodeLeaseDurationSeconds imageMinimumGCAge imageMaximumGCAge
imageGCHighThresholdPercent imageGCLowThresholdPercent volumeStatsAggPeriod kubeletCgroups
systemCgroups cgroupRoot cgroupsPerQOS cgroupDriver cpuManagerPolicy singleProcessOOMKill
cpuManagerPolicyOptions cpuManagerReconcilePeriod memoryManagerPolicy memoryReservationPolicy
topologyManagerPolicy topologyManagerScope topologyManagerPolicyOptions qosReserved
runtimeRequestTimeout hairpinMode maxPods podCIDR podPidsLimit resolvConf runOnce cpuCFSQuota
cpuCFSQuotaPeriod nodeStatusMaxImages maxOpenFiles contentType kubeAPIQPS kubeAPIBurst
serializeImagePulls maxParallelImagePulls evictionHard evictionSoft evictionSoftGracePeriod
evictionPressureTransitionPeriod evictionMaxPodGracePeriod evictionMinimumReclaim
mergeDefaultEvictionSettings podsPerCore enableControllerAttachDetach protectKernelDefaults
makeIPTablesUtilChains iptablesMasqueradeBit iptablesDropBit featureGates failSwapOn memorySwap
containerLogMaxSize containerLogMaxFiles containerLogMaxWorkers containerLogMonitorInterval
configMapAndSecretChangeDetectionStrategy systemReserved kubeReserved reservedSystemCPUs
showHiddenMetricsForVersion systemReservedCgroup kubeReservedCgroup enforceNodeAllocatable
allowedUnsafeSysctls volumePluginDir providerID kernelMemcgNotification logging
enableSystemLogHandler enableSystemLogQuery shutdownGracePeriod shutdownGracePeriodCriticalPods
shutdownGracePeriodByPodPriority crashLoopBackOff reservedMemory enableProfilingHandler
enableDebugFlagsHandler seccompDefault memoryThrottlingFactor registerWithTaints registerNode
tracing localStorageCapacityIsolation containerRuntimeEndpoint imageServiceEndpoint failCgroupV1
userNamespaces anonymous webhook x509 enabled cacheTTL clientCAFile mode cacheAuthorizedTTL
cacheUnauthorizedTTL swapBehavior priority shutdownGracePeriodSeconds numaNode limits endpoint
samplingRatePerMillion maxContainerRestartPeriod idsPerPod key value effect timeAdded
defaultPodSysctls
)";

/// kubeproxy.config.k8s.io/v1alpha1, KubeProxyConfiguration
constexpr std::string_view proxy = R"(
featureGates clientConnection logging hostnameOverride bindAddress healthzBindAddress
metricsBindAddress bindAddressHardFail enableProfiling showHiddenMetricsForVersion mode iptables
ipvs nftables winkernel detectLocalMode detectLocal clusterCIDR nodePortAddresses oomScoreAdj
conntrack configSyncPeriod portRange windowsRunAsService kubeconfig
acceptContentTypes contentType qps burst masqueradeBit masqueradeAll localhostNodePorts
syncPeriod minSyncPeriod scheduler excludeCIDRs strictARP tcpTimeout tcpFinTimeout udpTimeout
maxPerCore min tcpEstablishedTimeout tcpCloseWaitTimeout tcpBeLiberal udpStreamTimeout
networkName sourceVip enableDSR rootHnsEndpointName forwardHealthCheckVip bridgeInterface
interfaceNamePrefix
)";

/// Fields of both kinds.
constexpr std::string_view shared = R"(
apiVersion kind metadata format flushFrequency verbosity vmodule options json text
infoBufferSize splitStream
)";

/// Maps whose keys are not field names.
constexpr std::string_view maps = R"(
featureGates evictionHard evictionSoft evictionSoftGracePeriod evictionMinimumReclaim
systemReserved kubeReserved qosReserved staticPodURLHeader cpuManagerPolicyOptions
topologyManagerPolicyOptions limits metadata vmodule defaultPodSysctls
)";

std::vector<std::string> names_in(std::string_view text) {
    std::vector<std::string> names;
    for (const auto& line : split_lines(text)) {
        for (auto& word : split(line, ' ')) {
            if (!word.empty()) {
                names.push_back(std::move(word));
            }
        }
    }
    return names;
}

std::vector<std::string> with_shared(std::string_view own) {
    auto names = names_in(own);
    for (auto& word : names_in(shared)) {
        names.push_back(std::move(word));
    }
    return names;
}

const std::vector<std::string>* fields_of(const std::string& kind) {
    static const auto of_kubelet = with_shared(kubelet);
    static const auto of_proxy = with_shared(proxy);
    return kind == "KubeletConfiguration"     ? &of_kubelet
           : kind == "KubeProxyConfiguration" ? &of_proxy
                                              : nullptr;
}

bool is_in(const std::string& key, const std::vector<std::string>& names) {
    return std::find(names.begin(), names.end(), key) != names.end();
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// Returns the field that was meant by one that does not exist: it differs in capitals or is very
/// similar. A field of a later version is neither.
std::optional<std::string> meant(const std::string& key, const std::vector<std::string>& fields) {
    const auto same = std::find_if(fields.begin(), fields.end(),
                                   [&](const auto& field) { return lower(field) == lower(key); });
    return same != fields.end() ? std::optional(*same)
                                : nearest_word(key, fields, key.size() < 7 ? 1 : 2);
}

void check(const Tree& tree, const std::string& kind, const std::vector<std::string>& fields,
           Diagnostics& diagnostics) {
    static const auto free_maps = names_in(maps);
    for (const auto& item : tree.items()) {
        check(item, kind, fields, diagnostics);
    }
    for (const auto& entry : tree.entries()) {
        const auto near = is_in(entry.key, fields) ? std::nullopt : meant(entry.key, fields);
        if (near) {
            diagnostics.add(entry.key_at, kind + " has no field '" + entry.key + "'",
                            "did you mean '" + *near + "'?");
        }
        if (!is_in(entry.key, free_maps)) {
            check(entry.value, kind, fields, diagnostics);
        }
    }
}

} // namespace

void check_kubernetes_fields(const Tree& tree, Diagnostics& diagnostics) {
    const auto* kind = tree.find("kind");
    const auto* fields = kind == nullptr ? nullptr : fields_of(kind->text());
    if (fields != nullptr) {
        check(tree, kind->text(), *fields, diagnostics);
    }
}

bool is_kubernetes_field(const std::string& kind, const std::string& key) {
    const auto* fields = fields_of(kind);
    return fields != nullptr && is_in(key, *fields);
}

} // namespace k8s_node
