// Package proxy makes one listener look like the whole network to a browser.
//
// A browser that is told to use it as its HTTP proxy reaches every host here: each CONNECT tunnel is
// ended on the spot (TLS with a self-signed certificate for that host, or plain HTTP), and nothing is
// ever dialled. Requests that address the listener itself go to a second handler.
package proxy

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"sync"
	"time"
)

// Server answers for every host. Sites serves what was addressed to a virtual host, Control what was
// addressed to the listener itself. Neither may be nil.
type Server struct {
	Sites   http.Handler
	Control http.Handler

	address string
	certs   *certificates
	front   *http.Server // the listener: proxy requests and control requests
	secure  *http.Server // tunnels that speak TLS
	plain   *http.Server // tunnels that speak plain HTTP
	tlsIn   *queue
	plainIn *queue
}

// Listen opens address (host:port) and returns the server, ready for Serve.
func Listen(address string, sites, control http.Handler) (*Server, net.Listener, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, nil, fmt.Errorf("open the replica's listener: %w", err)
	}
	certs, err := newCertificates()
	if err != nil {
		listener.Close()
		return nil, nil, err
	}
	s := &Server{
		Sites:   sites,
		Control: control,
		address: listener.Addr().String(),
		certs:   certs,
		tlsIn:   newQueue(listener.Addr()),
		plainIn: newQueue(listener.Addr()),
	}
	// A browser that does not trust the certificate yet drops the handshake; that is not worth a line.
	quiet := log.New(io.Discard, "", 0)
	s.front = &http.Server{Handler: http.HandlerFunc(s.serveFront), ErrorLog: quiet}
	s.plain = &http.Server{Handler: sites, ErrorLog: quiet}
	s.secure = &http.Server{
		Handler:   sites,
		ErrorLog:  quiet,
		TLSConfig: &tls.Config{GetCertificate: certs.forHello, MinVersion: tls.VersionTLS12},
	}
	return s, listener, nil
}

// Serve answers until Close. It always returns a non-nil error; after Close it is [http.ErrServerClosed].
func (s *Server) Serve(listener net.Listener) error {
	go s.plain.Serve(s.plainIn)
	go s.secure.ServeTLS(s.tlsIn, "", "")
	return s.front.Serve(listener)
}

// Close ends the listener and every connection at once.
func (s *Server) Close() error {
	return errors.Join(s.front.Close(), s.secure.Close(), s.plain.Close())
}

func (s *Server) serveFront(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == http.MethodConnect:
		s.tunnel(w, r)
	case r.URL.IsAbs() && r.URL.Host != s.address:
		r.Host = r.URL.Host
		s.Sites.ServeHTTP(w, r)
	default:
		s.Control.ServeHTTP(w, r)
	}
}

// tunnel says yes to a CONNECT and hands the connection to one of the inner servers, by its first byte.
func (s *Server) tunnel(w http.ResponseWriter, r *http.Request) {
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, "CONNECT needs HTTP/1.1", http.StatusHTTPVersionNotSupported)
		return
	}
	if _, err := io.WriteString(conn, "HTTP/1.1 200 Connection Established\r\n\r\n"); err != nil {
		conn.Close()
		return
	}
	conn.SetDeadline(time.Time{})
	first, err := buffered.Reader.Peek(1)
	if err != nil {
		conn.Close()
		return
	}
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	inner := &tunnelConn{Conn: conn, reader: buffered.Reader, host: host}
	const tlsHandshake = 0x16 // RFC 8446, section 5.1: the content type of a ClientHello record
	if first[0] == tlsHandshake {
		s.tlsIn.put(inner)
		return
	}
	s.plainIn.put(inner)
}

// tunnelConn is a tunnel's connection, with what was read ahead and the host that CONNECT named.
type tunnelConn struct {
	net.Conn
	reader *bufio.Reader
	host   string
}

func (c *tunnelConn) Read(p []byte) (int, error) { return c.reader.Read(p) }

// queue is a net.Listener whose connections are put in by hand.
type queue struct {
	address net.Addr
	conns   chan net.Conn
	done    chan struct{}
	once    sync.Once
}

func newQueue(address net.Addr) *queue {
	return &queue{address: address, conns: make(chan net.Conn), done: make(chan struct{})}
}

func (q *queue) put(conn net.Conn) {
	select {
	case q.conns <- conn:
	case <-q.done:
		conn.Close()
	}
}

func (q *queue) Accept() (net.Conn, error) {
	select {
	case conn := <-q.conns:
		return conn, nil
	case <-q.done:
		return nil, net.ErrClosed
	}
}

func (q *queue) Close() error {
	q.once.Do(func() { close(q.done) })
	return nil
}

func (q *queue) Addr() net.Addr { return q.address }

// certificates mints one self-signed certificate per host, on first use, all with one key.
type certificates struct {
	key *ecdsa.PrivateKey

	mu     sync.Mutex
	byHost map[string]*tls.Certificate
}

func newCertificates() (*certificates, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make the certificates' key: %w", err)
	}
	return &certificates{key: key, byHost: make(map[string]*tls.Certificate)}, nil
}

// forHello names the host by SNI, else (a bare IP address sends none) by the CONNECT that opened the tunnel.
func (c *certificates) forHello(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	host := hello.ServerName
	if host == "" {
		if conn, ok := hello.Conn.(*tunnelConn); ok {
			host = conn.host
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if cert, ok := c.byHost[host]; ok {
		return cert, nil
	}
	cert, err := c.mint(host)
	if err != nil {
		return nil, fmt.Errorf("make a certificate for %s: %w", host, err)
	}
	c.byHost[host] = cert
	return cert, nil
}

func (c *certificates) mint(host string) (*tls.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: host, Organization: []string{"Streamlist replica"}},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.Add(30 * 24 * time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if ip := net.ParseIP(host); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{host}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &c.key.PublicKey, c.key)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: c.key}, nil
}
