package fabricnet

import (
	"fmt"
	"os"
	"path/filepath"
)

// writeSamples puts Fabric's sample settings where the nodes read them, as they are.
func (n *Network) writeSamples(programs string) error {
	for _, sample := range samples {
		b, err := os.ReadFile(filepath.Join(programs, sample))
		if err == nil {
			err = os.WriteFile(filepath.Join(n.conf(), sample), b, 0o600)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// plain is Fabric's own form of a line in a log, without the colours of a terminal.
const plain = "%{time:2006-01-02 15:04:05.000 MST} %{level:.4s} [%{module}] %{shortfunc} -> %{message}"

// settings are the environment of a node: all in which it differs from the sample.
func (n *Network) settings(of node) []string {
	common := []string{"FABRIC_CFG_PATH=" + n.conf(), "FABRIC_LOGGING_SPEC=" + n.logging, "FABRIC_LOGGING_FORMAT=" + plain}
	switch of.Kind {
	case Orderer:
		return append(common, n.ordererSettings(of)...)
	case Peer:
		return append(common, n.peerSettings(of)...)
	}
	return n.serverSettings(of)
}

func (n *Network) ordererSettings(of node) []string {
	cert, key, ca := n.identity(of, "tls", "server.crt"), n.identity(of, "tls", "server.key"), n.identity(of, "tls", "ca.crt")
	return []string{
		"ORDERER_GENERAL_LISTENADDRESS=" + localhost,
		fmt.Sprintf("ORDERER_GENERAL_LISTENPORT=%d", of.Port),
		"ORDERER_GENERAL_LOCALMSPID=" + ordererMSP,
		"ORDERER_GENERAL_LOCALMSPDIR=" + n.identity(of, "msp"),
		"ORDERER_GENERAL_TLS_ENABLED=true",
		"ORDERER_GENERAL_TLS_CERTIFICATE=" + cert,
		"ORDERER_GENERAL_TLS_PRIVATEKEY=" + key,
		"ORDERER_GENERAL_TLS_ROOTCAS=[" + ca + "]",
		"ORDERER_GENERAL_BACKOFF_MAXDELAY=2s",   // of 2 minutes: a restarted orderer is found at once
		"ORDERER_GENERAL_CLUSTER_RPCTIMEOUT=2s", // of 7 s: how long a transaction waits for a leader that is gone
		"ORDERER_ADMIN_LISTENADDRESS=" + listen(of.Admin),
		"ORDERER_ADMIN_TLS_ENABLED=true",
		"ORDERER_ADMIN_TLS_CERTIFICATE=" + cert,
		"ORDERER_ADMIN_TLS_PRIVATEKEY=" + key,
		"ORDERER_ADMIN_TLS_CLIENTAUTHREQUIRED=true",
		"ORDERER_ADMIN_TLS_CLIENTROOTCAS=[" + ca + "]",
		"ORDERER_OPERATIONS_LISTENADDRESS=" + listen(of.Health),
		"ORDERER_METRICS_PROVIDER=prometheus", // status and the waits read them
		"ORDERER_FILELEDGER_LOCATION=" + n.data(of.Name),
		"ORDERER_CONSENSUS_WALDIR=" + filepath.Join(n.data(of.Name), "wal"),
		"ORDERER_CONSENSUS_SNAPDIR=" + filepath.Join(n.data(of.Name), "snapshot"),
	}
}

func (n *Network) peerSettings(of node) []string {
	return append(gossip(of.Address()),
		"CORE_PEER_ID="+of.Host,
		"CORE_PEER_ADDRESS="+of.Address(),
		"CORE_PEER_LISTENADDRESS="+listen(of.Port),
		"CORE_PEER_CHAINCODELISTENADDRESS="+listen(of.Admin), // nobody calls there, but a peer always opens it
		"CORE_PEER_CHAINCODEADDRESS="+of.AdminAddress(),
		"CORE_PEER_LOCALMSPID="+of.Org.MSP,
		"CORE_PEER_MSPCONFIGPATH="+n.identity(of, "msp"),
		"CORE_PEER_TLS_ENABLED=true",
		"CORE_PEER_TLS_CERT_FILE="+n.identity(of, "tls", "server.crt"),
		"CORE_PEER_TLS_KEY_FILE="+n.identity(of, "tls", "server.key"),
		"CORE_PEER_TLS_ROOTCERT_FILE="+n.identity(of, "tls", "ca.crt"),
		"CORE_PEER_FILESYSTEMPATH="+n.data(of.Name),
		"CORE_LEDGER_SNAPSHOTS_ROOTDIR="+filepath.Join(n.data(of.Name), "snapshots"),
		"CORE_PEER_DELIVERYCLIENT_RECONNECTBACKOFFTHRESHOLD=2s", // of an hour: how long a peer may stay away from its orderers
		"CORE_VM_ENDPOINT=",                                     // empty: no Docker, and no word about it from the health check
		"CORE_CHAINCODE_EXTERNALBUILDERS=[{name: ccaas, path: "+n.path("bin", "ccaas")+"}]",
		"CORE_CHAINCODE_STARTUPTIMEOUT=20s", // of 5 minutes: a server that is down is said to be
		"CORE_CHAINCODE_EXECUTETIMEOUT=60s", // of 30 s: one batch of many thousand records, on a busy machine
		"CORE_OPERATIONS_LISTENADDRESS="+listen(of.Health),
		"CORE_METRICS_PROVIDER=prometheus",
	)
}

// gossip has peers find each other within a second or two of their start. With
// Fabric's own timers nobody can endorse for 10 to 25 seconds ("no combination of
// peers"); those are meant for hundreds of peers across the world.
func gossip(self string) []string {
	return []string{
		"CORE_PEER_GOSSIP_BOOTSTRAP=" + self, // its organisation has no other
		"CORE_PEER_GOSSIP_EXTERNALENDPOINT=" + self,
		"CORE_PEER_GOSSIP_ALIVETIMEINTERVAL=1s",
		"CORE_PEER_GOSSIP_ALIVEEXPIRATIONTIMEOUT=6s",
		// Of 3 s and 25 s: peers that start together dial each other before all of them
		// listen, and one missed dial used to cost five seconds or fifteen.
		"CORE_PEER_GOSSIP_DIALTIMEOUT=1s",
		"CORE_PEER_GOSSIP_RECONNECTINTERVAL=500ms",
		"CORE_PEER_GOSSIP_MAXCONNECTIONATTEMPTS=1000000", // of 120, which this pace would use up in a minute
		"CORE_PEER_GOSSIP_REQUESTSTATEINFOINTERVAL=1s",
		"CORE_PEER_GOSSIP_PUBLISHSTATEINFOINTERVAL=1s",
		"CORE_PEER_GOSSIP_MEMBERSHIPTRACKERINTERVAL=1s",
	}
}

// serverSettings: no TLS between a peer and its server, as both are processes of one
// user on one machine; whoever could listen there could read their keys as well.
func (n *Network) serverSettings(of node) []string {
	return []string{
		"MINGZHANG_CHAINCODE_LISTEN=" + listen(of.Port),
		"MINGZHANG_CHAINCODE_HEALTH=" + listen(of.Health),
		"MINGZHANG_CHAINCODE_PACKAGE=" + n.packages[of.Org.Name],
	}
}
