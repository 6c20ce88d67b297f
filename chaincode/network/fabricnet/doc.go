// Package fabricnet runs a real Hyperledger Fabric network on this machine, without
// Docker: three organisations (charity, platform, regulator) with a peer each, one or
// three Raft orderers, TLS between them, one channel, and Mingzhang's chaincode server
// beside every peer.
//
//	net, err := fabricnet.Up(ctx, fabricnet.Config{Dir: dir})
//	…
//	err = net.Kill(ctx, "peer-charity")  // as a crash does
//	err = net.Start(ctx, "peer-charity") // it catches up by itself
//	err = net.Down(ctx, false)           // true removes the data, too
//
// net.Profile() is what fabric-sdk-go connects with; Invoke and Query go through
// Fabric's own command line, so that a test can use both.
//
// The nodes are daemons: they outlive the process that started them, and any process
// that knows the folder can go on with them (Open). Their names are orderer1 to
// orderer3, peer-ORG and chaincode-ORG. All addresses are of 127.0.0.1.
//
// A folder holds one network:
//
//	network.json   what was chosen when it was made; its presence makes the folder ours
//	profile.yaml   the connection profile for fabric-sdk-go
//	conf, crypto   what Fabric reads: settings, certificates and keys
//	bin            the programs, peer among them for a look by hand
//	data           the ledgers
//	log, run       one log and one pid file per node
//
// The keys come from cryptogen and lie in the folder: a network for tests and trials.
// How one for production differs is in chaincode/network/compose.
package fabricnet
